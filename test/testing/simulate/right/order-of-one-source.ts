import { aggregation, codec, job, source, store } from 'tanager'
import { list } from 'tanager/algebra'
import type { Right } from '../harmless.ts'

const steps = source('steps', { item: codec.tuple(codec.string, codec.string) })
const others = source('others', { item: codec.tuple(codec.string, codec.string) })

const path = aggregation<string>({ id: 'path', value: codec.string, semigroup: { concat: (a, b) => `${a}/${b}` } })

export default {
  right: 'an order that one source has, kept by an aggregation that does not say that it commutes',
  job: job(
    'paths',
    steps.sumByKey(store('paths', { key: codec.string, sum: path })),
    steps.filter(([, page]) => page !== 'b').aggregateByKey(store('latest', { key: codec.string, sum: list(codec.string, { last: 3 }) })),
    others.aggregateByKey(store('earliest', { key: codec.string, sum: list(codec.string, { first: 3 }) })),
  ),
  inputs: {
    steps: Array.from({ length: 30 }, (_, i) => [`u${i % 4}`, 'abcde'[i % 5]]),
    others: Array.from({ length: 20 }, (_, i) => [`u${i % 3}`, 'vwxyz'[i % 5]]),
  },
} satisfies Right
