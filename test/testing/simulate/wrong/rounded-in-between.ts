import { aggregation, codec, job, source, store } from 'tanager'
import type { Mistake } from '../mistake.ts'

const prices = source('prices', { item: codec.tuple(codec.string, codec.float) })

// Rounded after every merge, a total depends on how many merges there were.
// Mended: add up what is exact (cents as whole numbers, or `sum`), and round where it is read.
const rounded = aggregation<number>({
  id: 'rounded',
  value: codec.float,
  semigroup: { concat: (a, b) => Math.round(10 * (a + b)) / 10 },
  commutative: true,
})

export default {
  mistake: 'a total that is rounded on the way',
  make: () => job('revenue', prices.sumByKey(store('revenue', { key: codec.string, sum: rounded }))),
  inputs: { prices: [1.04, 2.04, 0.33, 4.99, 1.26, 7.77].map((price) => ['tea', price]) },
  says: [
    'revenue: comes out differently on a cluster than in memory, since store revenue: aggregation rounded: not associative: concat(concat(4.99, 1.26), 1.26) is 7.6, concat(4.99, concat(1.26, 1.26)) is 7.5',
    '  store revenue, key "tea": memory has 14.1, the simulation has 14',
    '  with these records:',
    '    prices: ["tea", 4.99], ["tea", 1.26], ["tea", 7.77]',
    '  when this happens (1 worker, 1 partition a store):',
    '    client of prices sends batch 1: ["tea", 4.99]',
    '    worker 1 begins batch 1 of prices',
    '…',
  ],
} satisfies Mistake
