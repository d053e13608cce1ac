import { codec, job, source, store } from 'tanager'
import { sum } from 'tanager/algebra'
import type { Right } from '../harmless.ts'

const orders = source('orders', { item: codec.tuple(codec.string, codec.int) })

const sizes = new Map<string, number>()

/** What it remembers is nothing but its own answers. */
function sizeOf(item: string): number {
  const known = sizes.get(item)
  if (known !== undefined) return known
  sizes.set(item, item.length)
  return item.length
}

export default {
  right: 'steps that wait, steps that list, and a memo: it remembers, and answers the same',
  job: job(
    'orders',
    orders
      .mapAsync(async ([item, n]) => {
        await Promise.resolve()
        if (n % 9 === 8) throw new Error('too many')
        return [item, n * sizeOf(item)] as const
      })
      .flatMap(function* ([item, n]) {
        for (const part of item.split('-')) yield [part, n] as const
      })
      .flatMapAsync(async ([part, n]) => (n > 0 ? [[part, n] as const] : []))
      .sumByKey(store('parts', { key: codec.string, sum })),
  ),
  inputs: { orders: Array.from({ length: 40 }, (_, i) => [['tea', 'tea-cup', 'cup-lid-tea'][i % 3], i % 10]) },
} satisfies Right
