import { aggregation, codec, job, source, store } from 'tanager'
import type { Mistake } from '../mistake.ts'

const prices = source('prices', { item: codec.tuple(codec.string, codec.float) })

// A value is written and read as often as it happens to be: what is lost each time adds up.
// Mended: write all of it (`codec.float`), and round where it is read; or count in cents.
const twoDigits = codec.of<number>({ id: 'two digits', encode: (n) => n.toFixed(2), decode: Number })
const total = aggregation<number>({ id: 'total', value: twoDigits, semigroup: { concat: (a, b) => a + b }, commutative: true })

export default {
  mistake: 'a codec that loses digits',
  make: () => job('prices', prices.sumByKey(store('total', { key: codec.string, sum: total }))),
  inputs: { prices: [1.004, 2.004, 0.333, 4.999].map((price) => ['tea', price]) },
  says: [
    'prices: comes out differently on a cluster than in memory, since values of store total: codec two digits: does not come back: 4.999 is written 5.00 and read as 5',
    '  store total, key "tea": memory has 4.999, the simulation has 5',
    '  with these records:',
    '    prices: ["tea", 4.999]',
    '  when this happens (1 worker, 1 partition a store):',
    '    client of prices sends batch 1: ["tea", 4.999]',
    '    worker 1 begins batch 1 of prices',
    '    worker 1 commits batch 1 of prices: total is to get "tea": 5',
    '    worker 1 begins the merge of total',
    '    worker 1 merges into total: "tea" is 5',
  ],
} satisfies Mistake
