import { aggregation, codec, job, source, store } from 'tanager'
import type { Mistake } from '../mistake.ts'

const steps = source('steps', { item: codec.tuple(codec.string, codec.string) })

// What is put together end to end depends on which end comes first: to declare that it commutes is to give the order away.
// Mended: without `commutative`, the records of one source are merged in the order they were sent.
const path = aggregation<string>({
  id: 'path',
  value: codec.string,
  semigroup: { concat: (a, b) => `${a}/${b}` },
  commutative: true,
})

export default {
  mistake: 'a concatenation that is declared to commute',
  make: () => job('paths', steps.sumByKey(store('paths', { key: codec.string, sum: path }))),
  inputs: { steps: ['home', 'shop', 'tea', 'cart', 'pay'].map((page) => ['ada', page]) },
  says: [
    'paths: comes out differently on a cluster than in memory, since store paths: aggregation path: not commutative: concat("cart", "pay") is "cart/pay", concat("pay", "cart") is "pay/cart"',
    '  store paths, key "ada": memory has "cart/pay", the simulation has "pay/cart"',
    '  with these records:',
    '    steps: ["ada", "cart"], ["ada", "pay"]',
    '  when this happens (1 worker, 1 partition a store):',
    '    client of steps sends batch 1: ["ada", "cart"]',
    '    client of steps sends batch 2: ["ada", "pay"]',
    '    worker 1 begins batch 2 of steps',
    '    worker 1 commits batch 2 of steps: paths is to get "ada": "pay"',
    '    worker 1 begins batch 1 of steps',
    '    worker 1 commits batch 1 of steps: paths is to get "ada": "cart"',
    '    worker 1 begins the merge of paths',
    '    worker 1 merges into paths: "ada" is "pay/cart"',
  ],
} satisfies Mistake
