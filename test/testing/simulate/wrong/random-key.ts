import { randomUUID } from 'node:crypto'
import { codec, job, source, store } from 'tanager'
import { count } from 'tanager/algebra'
import type { Mistake } from '../mistake.ts'

const orders = source('orders', { item: codec.string })

export default {
  // Tried again, the same order has another id, and if the first try had been committed elsewhere, both are there.
  // Mended: an id that the order comes with, or a hash of it.
  mistake: 'an id that is drawn for each record',
  make: () =>
    job('orders', orders.map((item) => [randomUUID(), item] as const).aggregateByKey(store('byId', { key: codec.string, sum: count }))),
  inputs: { orders: ['tea', 'cup'] },
  varies: /[\da-f]{8}-[\da-f-]{27}/g,
  says: [
    'orders: map·prepare: map answers ["#", "tea"], then ["#", "tea"], to the same record "tea": it draws at random (randomUUID). Draw from the record: a hash of it, or an id that it comes with.',
  ],
} satisfies Mistake
