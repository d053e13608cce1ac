import { codec, job, source, store } from 'tanager'
import { sum } from 'tanager/algebra'
import type { Mistake } from '../mistake.ts'

const orders = source('orders', { item: codec.tuple(codec.string, codec.int) })

export default {
  // While one call waits others run, and what they find in the variable is whatever was put there last.
  // Mended: keep it in the call; what is to be kept longer belongs in a store.
  mistake: 'a variable that is shared across an await',
  make: () => {
    let current = 0
    return job(
      'orders',
      orders
        .mapAsync(async ([item, n]) => {
          const before = current
          await Promise.resolve()
          current = before + n
          return [item, current] as const
        })
        .sumByKey(store('ordered', { key: codec.string, sum })),
    )
  },
  inputs: {
    orders: [
      ['tea', 1],
      ['cup', 2],
      ['tea', 3],
    ],
  },
  says: [
    'orders: mapAsync answers ["tea", 1], then ["tea", 4], to the same record ["tea", 1]: it keeps something from one call to the next. What is to be kept from record to record belongs in a store: keyBy(…).sumByKey(…).',
  ],
} satisfies Mistake
