import { aggregation } from '../../../core/algebra/aggregation.ts'
import { int } from '../../../core/codec/int.ts'
import { json } from '../../../core/codec/json.ts'
import { string } from '../../../core/codec/string.ts'
import { tuple } from '../../../core/codec/tuple.ts'
import { job } from '../../../core/job.ts'
import { source } from '../../../core/producer/fluent.ts'
import type { Change } from '../../../core/producer/producer.ts'
import { service, sink, store } from '../../../core/slot/slot.ts'
import { tumbling } from '../../../core/time/window.ts'

export const sum = aggregation({ id: 'sum', value: int, semigroup: { concat: (a, b) => a + b }, commutative: true })
export const last = aggregation({ id: 'last', value: int, semigroup: { concat: (_, b) => b } })

interface Beacon {
  readonly page: string
  readonly user: string
  readonly at: number
}

/** A join, a sink, windows, names: what a first real job looks like. */
export function beacons() {
  const beacons = source('beacons', { item: json<Beacon>(), timestamp: ({ at }) => at })
  const countries = service('countries', { key: string, value: string })
  const raw = sink('raw', { item: json<Beacon>() })
  const views = store('views', { key: tuple(string, int), sum })
  return job(
    'beacon-counts',
    beacons
      .write(raw)
      .filter(({ page }) => page !== '/health')
      .keyBy(({ user }) => user)
      .leftJoin(countries)
      .filterKeys((user) => user !== 'robot')
      .name('people')
      .map(([, [, country]]) => [country._tag === 'Some' ? country.value : 'unknown', 1] as const)
      .window(tumbling({ hours: 1 }))
      .sumByKey(views),
  )
}

/** Words by how often they occur: one sum on top of another. */
export function wordHistogram() {
  const lines = source('lines', { item: string })
  const counts = store('counts', { key: string, sum })
  const histogram = store('histogram', { key: int, sum })
  const totals = ({ before, delta }: Change<number>): readonly (readonly [number, number])[] =>
    before._tag === 'None'
      ? [[delta, 1]]
      : [
          [before.value, -1],
          [before.value + delta, 1],
        ]
  return job(
    'word-histogram',
    lines
      .flatMap((line) => line.split(' '))
      .map((word) => [word, 1] as const)
      .sumByKey(counts)
      .flatMap(([, change]) => totals(change))
      .sumByKey(histogram),
  )
}

/** Branches that meet again, and a stream merged with itself. */
export function diamond() {
  const numbers = source('numbers', { item: int })
  const more = source('more', { item: int })
  const totals = store('totals', { key: string, sum })
  const doubled = numbers.filter((n) => n >= 0)
  const twice = doubled.merge(doubled).merge(more).name('twice')
  const even = twice.filter((n) => n % 2 === 0).map((n) => ['even', n] as const)
  const odd = twice.filter((n) => n % 2 !== 0).map((n) => ['odd', n] as const)
  return job('diamond', even.merge(odd).sumByKey(totals))
}

/** Several tails, one of them ensured by another, a store that keeps order, a store that tells everything, work that waits. */
export function severalTails() {
  const clicks = source('clicks', { item: tuple(string, int) })
  const latest = store('latest', { key: string, sum: last })
  const totals = store('totals', { key: string, sum })
  const log = sink('log', { item: string })
  const users = service('users', { key: string, value: string })
  const looked = clicks.mapAsync(async (click) => click, { concurrency: 4 }).name('enriched')
  const told = looked.sumByKey(totals, { emit: 'every' })
  return job(
    'several-tails',
    looked.sumByKey(latest).also(told.keys().write(log)),
    told
      .leftJoin(users)
      .mapValues(([, user]) => (user._tag === 'Some' ? user.value : '?'))
      .values()
      .write(log),
  )
}
