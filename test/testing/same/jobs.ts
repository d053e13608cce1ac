import { getOrElse } from 'fp-ts/lib/Option.js'
import { aggregation, codec, encoded, type Job, job, service, sink, source, store, tumbling } from 'tanager'
import { average, count, hyperLogLog, list, sparseSum, sum } from 'tanager/algebra'
import type { Inputs } from '../../../testing/platform/platform.ts'

/** A job that is right, and what to run it with. */
export interface Right {
  readonly name: string
  readonly job: Job
  readonly inputs: Inputs
}

const pairs = Array.from({ length: 120 }, (_, i) => [`k${(i * 7) % 11}`, (i * 13) % 29] as const)
const pair = codec.tuple(codec.string, codec.int)
const visits = source('visits', { item: pair })
const others = source('others', { item: pair })

const joined = aggregation<string>({ id: 'joined', value: codec.string, semigroup: { concat: (a, b) => `${a} ${b}` } })

export const rightJobs: readonly Right[] = [
  {
    name: 'several stores and sinks, fed by two sources',
    job: job(
      'several',
      visits
        .merge(others)
        .write(sink('seen', { item: pair }))
        .sumByKey(store('totals', { key: codec.string, sum })),
      visits.map(([, n]) => [n, 1] as const).sumByKey(store('sizes', { key: codec.int, sum: count })),
    ),
    inputs: { visits: pairs, others: pairs.slice(0, 30) },
  },
  {
    name: 'a service, asked by leftJoin, and a step that waits',
    job: job(
      'asking',
      visits
        .leftJoin(service('names', { key: codec.string, value: codec.string }))
        .map(([key, [n, name]]) => [getOrElse(() => `nobody ${key}`)(name), n] as const)
        .mapAsync(async ([name, n]) => [name, n * 2] as const)
        .sumByKey(store('byName', { key: codec.string, sum })),
    ),
    inputs: { visits: pairs, names: (key: string) => (key < 'k5' ? key.toUpperCase() : undefined) },
  },
  {
    name: 'an aggregation that keeps the order of a source',
    job: job(
      'ordered',
      visits.map(([key, n]) => [key, String(n)] as const).sumByKey(store('text', { key: codec.string, sum: joined })),
      visits.aggregateByKey(store('lists', { key: codec.string, sum: list(codec.int, { last: 5 }) })),
    ),
    inputs: { visits: pairs },
  },
  {
    name: 'changes, merged and for each element, written and summed again',
    job: job(
      'changes',
      visits
        .sumByKey(store('totals', { key: codec.string, sum }))
        .write(sink('told', { item: codec.json() as never }))
        .mapValues(({ delta }) => delta)
        .map(([key, n]) => [key.slice(0, 1), n] as const)
        .sumByKey(store('all', { key: codec.string, sum })),
      visits
        .map(([key]) => [key, 1] as const)
        .sumByKey(store('each', { key: codec.string, sum: count }), { emit: 'every' })
        .write(sink('every', { item: codec.json() as never })),
    ),
    inputs: { visits: pairs },
  },
  {
    name: 'how many keys have which total',
    job: job(
      'by-total',
      visits
        .map(([key]) => [key, 1] as const)
        .sumByKey(store('totals', { key: codec.string, sum }))
        .flatMap(([, { before, delta }]) => {
          const was = getOrElse(() => 0)(before)
          return [...(was === 0 ? [] : [[was, -1] as const]), [was + delta, 1] as const]
        })
        .sumByKey(store('byTotal', { key: codec.int, sum: sparseSum })),
    ),
    inputs: { visits: pairs },
  },
  {
    name: 'fractions, an average and a sketch',
    job: job(
      'fractions',
      visits.map(([key, n]) => [key, n / 7] as const).sumByKey(store('sevenths', { key: codec.string, sum })),
      visits.map(([key, n]) => [key, n / 3] as const).aggregateByKey(store('means', { key: codec.string, sum: average })),
      visits
        .map(([key, n]) => ['all', `${key}${n}`] as const)
        .aggregateByKey(store('different', { key: codec.string, sum: hyperLogLog({ p: 10, by: codec.string }) })),
    ),
    inputs: { visits: pairs },
  },
  {
    name: 'records that are refused, and records that cannot be read',
    job: job(
      'refusing',
      source('sizes', { item: codec.int })
        .map((n) => {
          if (n % 10 === 7) throw new Error('seven')
          return ['all', n] as const
        })
        .name('check')
        .sumByKey(store('total', { key: codec.string, sum })),
    ),
    inputs: { sizes: encoded(['1', '2', 'two', '17', '', '5', '17', 'two']) },
  },
  {
    name: 'windows of event time',
    job: job(
      'windows',
      source('timed', { item: pair, timestamp: ([, n]) => n * 1000 })
        .map(([key]) => [key, 1] as const)
        .window(tumbling({ seconds: 5 }))
        .sumByKey(store('windows', { key: codec.json() as never, sum: count })),
    ),
    inputs: { timed: pairs },
  },
  {
    name: 'nothing at all',
    job: job('nothing', visits.sumByKey(store('totals', { key: codec.string, sum }))),
    inputs: { visits: [] },
  },
]
