import { aggregation, codec, job, source, store } from 'tanager'
import type { Mistake } from '../mistake.ts'

const subscriptions = source('subscriptions', { item: codec.tuple(codec.string, codec.int) })

// What a reader sees would not depend on what the store holds alone, and no two readers would see the same.
// Mended: present the year itself; who reads it knows what day it is.
const since = aggregation<number, number, string>({
  id: 'since',
  value: codec.int,
  semigroup: { concat: (a, b) => Math.min(a, b) },
  commutative: true,
  present: (year) => `${new Date().getFullYear() - year} years`,
})

export default {
  mistake: 'a present that asks the clock',
  make: () => job('subscriptions', subscriptions.sumByKey(store('since', { key: codec.string, sum: since }))),
  inputs: { subscriptions: [2019, 2012, 2023].map((year) => ['ada', year]) },
  varies: /\d+(?= years)/g,
  says: [
    'subscriptions: store since: aggregation since: asks the clock, or draws at random: present(concat(2019, 2019)) is "# years", and at another time "# years"',
  ],
} satisfies Mistake
