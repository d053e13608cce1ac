import { setTimeout as sleep } from 'node:timers/promises'
import { aggregation, codec, job, option, type Sink, service, sink, source, store } from 'tanager'
import { sparseSum, sum } from 'tanager/algebra'
import type { BullmqOptions } from 'tanager/bullmq'

const words = source('words', { item: codec.string })
const counts = store('counts', { key: codec.string, sum })
const occurrences = store('occurrences', { key: codec.int, sum: sparseSum })
const large = store('large', { key: codec.string, sum })
/** In the order they were sent: this one does not commute. */
const order = store('order', {
  key: codec.string,
  sum: aggregation({ value: codec.string, semigroup: { concat: (a: string, b: string) => a + b } }),
})
const names = service('names', { key: codec.string, value: codec.string })
const patience = service('patience', { key: codec.string, value: codec.int })
const taken = sink('taken', { item: codec.string })
const kept = sink('kept', { item: codec.string })

const good = words.filter((word) => {
  if (word === 'bad') throw new Error('a bad word')
  return true
})

/** A job with one of each, so that all is asked of Redis that a worker ever asks. */
export const everything = job(
  'everything',
  good
    .map((word) => [word, 1] as const)
    .sumByKey(counts)
    .flatMap(([, { before, delta }]) => {
      const n = option.getOrElse(() => 0)(before)
      return [[n, n === 0 ? 0 : -1] as const, [n + delta, 1] as const]
    })
    .sumByKey(occurrences),
  good
    .filter((word) => word === 'large')
    .map((word) => [word, Number.MAX_SAFE_INTEGER] as const)
    .sumByKey(large),
  good
    .lookup(patience)
    .map(([word]) => ['all', word.slice(0, 1)] as const)
    .sumByKey(order),
  good
    .lookup(names)
    .map(([word]) => word)
    .write(taken),
  good.write(kept),
)

/** Each is a batch, and each batch comes to something else. */
export const input = [
  'slow',
  'a',
  'b',
  'a',
  'bad',
  'large',
  'large',
  'twice',
  'hang',
  ...Array.from({ length: 10 }, (_, i) => `w${i % 7}`),
  'never',
]

/** The batch that makes its worker seem dead, and the last that is ever committed. */
export const hanging = input.indexOf('hang') + 1
export const committed = input.length - 1

/** Impatient, so that all of it happens soon; with little room, so that work is handed back. */
export const options: BullmqOptions = {
  partitions: 2,
  batch: { batchRecords: 1 },
  room: { inbox: 20, ids: 1 },
  attempts: 2,
  backoff: 1,
  lockDuration: 400,
  reconcileEvery: 100,
  alarms: { counts: { quiet: { hours: 1 } } },
}

/** What the job asks outside, where not everything is answered at once. */
export function outside() {
  let failures = 1
  let hangs = 1
  let release = () => {}
  const released = new Promise<void>((resolve) => {
    release = resolve
  })
  return {
    /** Lets the batch go that hangs: those who wait for it can end. */
    release,
    bindings: {
      names: (word: string) => {
        if (word === 'never' || (word === 'twice' && failures-- > 0)) throw new Error('the names are away')
        return word
      },
      patience: async (word: string) => {
        if (word === 'slow') await sleep(300)
        if (word === 'hang' && hangs-- > 0) await released
        return 1
      },
      taken: { write: async () => {} } satisfies Sink<string>,
    },
  }
}
