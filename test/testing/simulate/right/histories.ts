import { Ord } from 'fp-ts/lib/number.js'
import { codec, job, option, source, store } from 'tanager'
import { histogram, hyperLogLogSeries, interval, reset, setDelta, sum, topK } from 'tanager/algebra'
import type { Right } from '../harmless.ts'

const events = source('events', { item: codec.tuple(codec.string, codec.int) })

export default {
  right: 'aggregations that begin again, that add and take away, that keep what was when',
  job: job(
    'histories',
    events
      .mapValues((n) => (n % 7 === 0 ? option.none : option.some(n)))
      .aggregateByKey(store('since-reset', { key: codec.string, sum: reset(sum) })),
    events.aggregateByKey(store('buckets', { key: codec.string, sum: histogram([3, 10, 20]) })),
    events.aggregateByKey(store('spans', { key: codec.string, sum: interval(Ord) })),
    events
      .map(([key, n]) => [key, n % 3 === 0 ? { remove: n % 5 } : { add: n % 5 }] as const)
      .aggregateByKey(store('members', { key: codec.string, sum: setDelta(codec.int) })),
    events
      .map(([key, n]) => ['all', [key, n] as const] as const)
      .aggregateByKey(store('series', { key: codec.string, sum: hyperLogLogSeries({ p: 6 }) })),
    events
      .map(([key, n]) => ['all', [key, n % 4]] as const)
      .aggregateByKey(store('top', { key: codec.string, sum: topK(2, codec.string) })),
  ),
  inputs: { events: Array.from({ length: 25 }, (_, i) => [`k${i % 3}`, (i * 11) % 25]) },
} satisfies Right
