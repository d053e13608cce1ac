import { setTimeout as sleep } from 'node:timers/promises'
import { aggregation, codec, job, option, service, sink, source, store } from 'tanager'
import { sum } from 'tanager/algebra'
import { type Event, refusedAt } from './events.ts'

// One of everything that can go wrong: sums, sums of sums, sums that mind the order, sinks of both kinds, a service, a
// function that waits, and records that cannot be used, each refused in another place.

const event = codec.struct<Event>({ id: codec.string, key: codec.string, page: codec.string, n: codec.int })
const visits = source('visits', { item: event })
const orders = source('orders', { item: event })
/** Nothing that reads these waits for anything: they take the straight way through the executor. */
const clicks = source('clicks', { item: event })

const names = service('names', { key: codec.string, value: codec.string })

const text = aggregation<string>({ id: 'text', value: codec.string, semigroup: { concat: (a, b) => `${a} ${b}` } })
const each = store('each', { key: codec.string, sum })
const totals = store('totals', { key: codec.string, sum })
const groups = store('groups', { key: codec.string, sum })
const grand = store('grand', { key: codec.string, sum })
const lines = store('lines', { key: codec.string, sum: text })
const copies = store('copies', { key: codec.string, sum: text })
const named = store('named', { key: codec.string, sum })

const seen = sink('seen', { item: codec.string })
const changes = sink('changes', { item: codec.struct({ key: codec.string, before: codec.int, delta: codec.int }) })
const outlet = sink('outlet', { item: codec.string })

const refuse = (fate: keyof typeof refusedAt) => (event: Event) => {
  if (event.n === refusedAt[fate]) throw new Error(fate)
  return event
}

const slow = visits.merge(orders).map(refuse('refused')).name('refused')
const straight = clicks.map(refuse('refused')).name('refused-clicks')
const all = slow.merge(straight)

export const chaosJob = job(
  'chaos',
  all.map(({ id }) => [id, 1] as const).sumByKey(each),
  all
    .map(({ key, n }) => [key, n] as const)
    .sumByKey(totals)
    .map(([key, { before, delta }]) => ({ key, before: option.getOrElse(() => 0)(before), delta }))
    .write(changes)
    .map(({ key, delta }) => [key.slice(0, 1), delta] as const)
    .sumByKey(groups)
    .map(([, { delta }]) => ['all', delta] as const)
    .sumByKey(grand),
  slow
    .map(refuse('late'))
    .name('late')
    .merge(straight.map(refuse('late')).name('late-clicks'))
    .map(({ page, id }) => [page, id] as const)
    .sumByKey(lines)
    .mapValues(({ delta }) => delta)
    .sumByKey(copies),
  slow
    .keyBy(({ key }) => key)
    .leftJoin(names)
    .map(([, [event, name]]) => [option.getOrElse(() => 'nobody')(name), refuse('joined')(event).n] as const)
    .name('joined')
    .sumByKey(named),
  slow
    .filter(({ n }) => n === 9)
    .mapAsync(async ({ id }) => {
      await sleep(2)
      return id
    })
    .write(outlet),
  all.map(({ id }) => id).write(seen),
)
