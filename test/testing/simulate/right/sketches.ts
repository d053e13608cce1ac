import { codec, job, source, store } from 'tanager'
import { bloom, countMin, ddSketch, decayed, eventually, hyperLogLog, minHash, setOf } from 'tanager/algebra'
import type { Right } from '../harmless.ts'

const visits = source('visits', { item: codec.tuple(codec.string, codec.int) })
const visitors = visits.map(([visitor]) => ['all', visitor] as const)

export default {
  right: 'sketches and what fades with time: they estimate, and always the same',
  job: job(
    'visits',
    visitors.aggregateByKey(store('distinct', { key: codec.string, sum: hyperLogLog({ p: 8 }) })),
    visitors.aggregateByKey(store('seen', { key: codec.string, sum: bloom({ capacity: 100, falsePositives: 0.01 }) })),
    visitors.aggregateByKey(store('frequencies', { key: codec.string, sum: countMin({ epsilon: 0.1, delta: 0.1 }) })),
    visitors.aggregateByKey(store('alike', { key: codec.string, sum: minHash({ size: 16 }) })),
    visits
      .map(([, at]) => ['all', 1 + at] as const)
      .aggregateByKey(store('sizes', { key: codec.string, sum: ddSketch({ relativeAccuracy: 0.02 }) })),
    visits
      .map(([visitor, at]) => [visitor, [1, at] as const] as const)
      .aggregateByKey(store('fading', { key: codec.string, sum: decayed({ halfLife: 10 }) })),
    visitors.aggregateByKey(
      store('some', {
        key: codec.string,
        sum: eventually(setOf(codec.string), hyperLogLog({ p: 6 }), { past: 4, size: (set) => set.size, inputs: (set) => set }),
      }),
    ),
  ),
  inputs: { visits: Array.from({ length: 25 }, (_, i) => [`v${(i * i) % 17}`, (i * 13) % 40]) },
} satisfies Right
