import { codec, job, sink, source, store } from 'tanager'
import { sum, sumBigInt } from 'tanager/algebra'
import type { Right } from '../harmless.ts'

const sales = source('sales', { item: codec.tuple(codec.string, codec.int) })
const pair = codec.json() as never

export default {
  right: 'sums of sums: by shop, by country, altogether; deltas add up, in however many pieces',
  job: job(
    'sales',
    sales
      .sumByKey(store('shops', { key: codec.string, sum }))
      .write(sink('told', { item: pair }))
      .map(([shop, { delta }]) => [shop.slice(0, 2), delta] as const)
      .sumByKey(store('countries', { key: codec.string, sum }))
      .map(([, { delta }]) => ['all', BigInt(delta)] as const)
      .sumByKey(store('total', { key: codec.string, sum: sumBigInt })),
  ),
  inputs: { sales: Array.from({ length: 40 }, (_, i) => [`${['dk', 'de', 'at'][i % 3]}-${i % 5}`, (i * 7) % 13]) },
} satisfies Right
