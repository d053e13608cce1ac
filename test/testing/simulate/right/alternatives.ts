import { codec, either as eithers, job, option as options, source, store } from 'tanager'
import { average, count, either, filter, mapOf, option, struct, sum, tuple } from 'tanager/algebra'
import type { Right } from '../harmless.ts'

const clicks = source('clicks', { item: codec.string })
const payments = source('payments', { item: codec.float })

export default {
  right: 'aggregations made of aggregations, of what may be this or that or nothing',
  job: job(
    'shop',
    clicks
      .either(payments)
      .map((one) => ['all', one] as const)
      .aggregateByKey(store('both', { key: codec.string, sum: either(count, average) })),
    payments
      .map((amount) => ['all', amount > 5 ? options.some(amount) : options.none] as const)
      .aggregateByKey(store('large', { key: codec.string, sum: option(sum) })),
    payments
      .map((n) => ['all', { n, even: n }] as const)
      .aggregateByKey(store('parts', { key: codec.string, sum: struct({ n: sum, even: filter(count, (n: number) => n % 2 === 0) }) })),
    clicks.map((page) => [page, [1, page] as const] as const).aggregateByKey(store('pairs', { key: codec.string, sum: tuple(sum, count) })),
    clicks
      .map((page) => ['all', new Map([[page, 1]])] as const)
      .aggregateByKey(store('pages', { key: codec.string, sum: mapOf(codec.string, sum) })),
    clicks
      .either(payments)
      .filter(eithers.isLeft)
      .map(({ left }) => [left, 1] as const)
      .sumByKey(store('clicked', { key: codec.string, sum })),
  ),
  inputs: {
    clicks: Array.from({ length: 25 }, (_, i) => `/${i % 4}`),
    payments: Array.from({ length: 25 }, (_, i) => i / 2),
  },
} satisfies Right
