import { aggregation, codec, job, source, store } from 'tanager'
import type { Mistake } from '../mistake.ts'

const movements = source('movements', { item: codec.tuple(codec.string, codec.int) })

// What is cut off at zero is forgotten, and whether it falls below zero depends on what is merged first.
// Mended: keep the true sum, and cut it off where it is read, by `present` or `map` of `tanager/algebra`.
const stock = aggregation<number>({
  id: 'stock',
  value: codec.int,
  semigroup: { concat: (a, b) => Math.max(0, a + b) },
  commutative: true,
})

export default {
  mistake: 'a sum that is kept from falling below zero',
  make: () => job('stock', movements.sumByKey(store('stock', { key: codec.string, sum: stock }))),
  inputs: { movements: [5, -3, -4, 2, -1, 6, -8, 3].map((n) => ['tea', n]) },
  says: [
    'stock: comes out differently on a cluster than in memory, since store stock: aggregation stock: not associative: concat(concat(6, 6), -8) is 4, concat(6, concat(6, -8)) is 6',
    '  store stock, key "tea": memory has 3, the simulation has 6',
    '  with these records:',
    '    movements: ["tea", 6], ["tea", -8], ["tea", 3]',
    '  when this happens (1 worker, 1 partition a store):',
    '    client of movements sends batch 1: ["tea", 6]',
    '    worker 1 begins batch 1 of movements',
    '    client of movements sends batch 2: ["tea", -8]',
    '    worker 1 commits batch 1 of movements: stock is to get "tea": 6',
    '    worker 1 begins the merge of stock',
    '    client of movements sends batch 3: ["tea", 3]',
    '    worker 1 merges into stock: "tea" is 6',
    '    worker 1 begins batch 2 of movements',
    '    worker 1 commits batch 2 of movements: stock is to get "tea": -8',
    '    worker 1 begins batch 3 of movements',
    '    worker 1 commits batch 3 of movements: stock is to get "tea": 3',
    '    worker 1 begins the merge of stock',
    '    worker 1 merges into stock: "tea" is 6',
  ],
} satisfies Mistake
