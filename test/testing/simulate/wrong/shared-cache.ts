import { codec, job, source, store } from 'tanager'
import { sum } from 'tanager/algebra'
import type { Mistake } from '../mistake.ts'

const prices = source('prices', { item: codec.tuple(codec.string, codec.int) })
const orders = source('orders', { item: codec.string })

export default {
  // The prices that this process has seen so far: another worker has seen others.
  // Mended: prices in a store or a table of their own, asked by `leftJoin`.
  mistake: 'a Map that one branch fills and another one reads',
  make: () => {
    const known = new Map<string, number>()
    return job(
      'revenue',
      prices
        .map(([item, price]) => {
          known.set(item, price)
          return ['prices', 1] as const
        })
        .sumByKey(store('seen', { key: codec.string, sum })),
      orders.map((item) => ['revenue', known.get(item) ?? 0] as const).sumByKey(store('revenue', { key: codec.string, sum })),
    )
  },
  inputs: {
    prices: [
      ['tea', 3],
      ['cup', 8],
      ['tea', 4],
    ],
    orders: ['tea', 'cup', 'tea', 'tea'],
  },
  says: [
    'revenue: comes out differently on a cluster than in memory',
    '  store revenue, key "revenue": memory has 4, the simulation has 3',
    '  with these records:',
    '…',
  ],
} satisfies Mistake
