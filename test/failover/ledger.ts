import { aggregation, codec, job, sink, source, store } from 'tanager'
import { sum } from 'tanager/algebra'

// Every feature at once: a store of each event, a sum chained to it, one that keeps the order, sinks of both kinds, and
// records that throw.
const events = source('events', { item: codec.string })
const seen = store('seen', { key: codec.string, sum })
const totals = store('totals', { key: codec.string, sum })
const order = store('order', {
  key: codec.string,
  sum: aggregation({ value: codec.array(codec.string), semigroup: { concat: (a, b) => [...a, ...b] } }),
})
const written = sink('written', { item: codec.string })
const delivered = sink('delivered', { item: codec.string })

/** Who sent an event: `<sender> <batch> <n>`. */
export const senderOf = (event: string): string => event.slice(0, event.indexOf(' '))

const spoilt = (event: string): boolean => event.endsWith('!')

const sound = events.map((event) => {
  if (spoilt(event)) throw new Error('spoilt')
  return event
})

export const ledger = job(
  'ledger',
  sound
    .map((event) => [event, 1] as const)
    .sumByKey(seen)
    .map(([event, { delta }]) => [senderOf(event), delta] as const)
    .sumByKey(totals),
  sound.map((event) => [senderOf(event), [event]] as const).sumByKey(order),
  sound.write(written),
  sound.write(delivered),
)

/** A batch of a sender's: always the same events for the same number. In some, one is spoilt. */
export function batchOf(sender: string, number: number): readonly string[] {
  return Array.from({ length: 3 }, (_, n) => `${sender} ${number} ${n}${n === 1 && number % 4 === 0 ? '!' : ''}`)
}
