import { codec, job, source, store } from 'tanager'
import { sum } from 'tanager/algebra'
import type { Mistake } from '../mistake.ts'

interface Order {
  readonly shop: string
  total: number
}

const orders = source('orders', { item: codec.json<Order>() })

export default {
  // Both branches are given the same object, and the second sees what the first has made of it; or not, if they are run apart.
  // Mended: answer a new one, `{ ...order, total: order.total * 1.2 }`.
  mistake: 'one branch changes the record, another one reads it',
  make: () =>
    job(
      'orders',
      orders
        .map((order) => {
          order.total *= 2
          return order
        })
        .map(({ shop, total }) => [shop, total] as const)
        .sumByKey(store('gross', { key: codec.string, sum })),
      orders.map(({ shop, total }) => [shop, total] as const).sumByKey(store('net', { key: codec.string, sum })),
    ),
  inputs: {
    orders: [
      { shop: 'tea', total: 10 },
      { shop: 'cup', total: 5 },
      { shop: 'tea', total: 1 },
    ],
  },
  says: [
    'orders: map·map: the 1st map mutates its argument: {shop: "cup", total: 5} became {shop: "cup", total: 10}. Copy what is to be changed, as in [...list].sort(): other steps are given the same object.',
  ],
} satisfies Mistake
