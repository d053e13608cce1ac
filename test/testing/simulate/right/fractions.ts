import { codec, job, source, store } from 'tanager'
import { average, correlation, moments, sum, sumFloat } from 'tanager/algebra'
import type { Right } from '../harmless.ts'

const readings = source('readings', { item: codec.tuple(codec.string, codec.float) })

export default {
  right: 'sums of fractions, whose last digits depend on the order of adding',
  job: job(
    'readings',
    readings.sumByKey(store('sums', { key: codec.string, sum })),
    readings.aggregateByKey(store('exact', { key: codec.string, sum: sumFloat })),
    readings.aggregateByKey(store('averages', { key: codec.string, sum: average })),
    readings.aggregateByKey(store('moments', { key: codec.string, sum: moments })),
    readings.mapValues((x) => [x, 1 / (x + 0.1)] as const).aggregateByKey(store('correlations', { key: codec.string, sum: correlation })),
  ),
  inputs: { readings: Array.from({ length: 40 }, (_, i) => [i % 2 === 0 ? 'oven' : 'hall', i % 5 === 0 ? 1e6 / 7 : i / 3]) },
} satisfies Right
