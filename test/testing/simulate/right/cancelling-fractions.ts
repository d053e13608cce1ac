import { codec, job, source, store } from 'tanager'
import { sum } from 'tanager/algebra'
import type { Right } from '../harmless.ts'

const bookings = source('bookings', { item: codec.tuple(codec.string, codec.float) })

export default {
  right: 'large fractions that cancel out: what is left of them is as inexact as they were large',
  job: job('balances', bookings.sumByKey(store('balances', { key: codec.string, sum }))),
  inputs: {
    bookings: Array.from(
      { length: 40 },
      (_, i) => ['cents', (i % 2 === 0 ? 1 : -1) * (1_234_567.89 + Math.floor(i / 2) * 1000.01)] as const,
    )
      // In pairs of opposites, and not beside each other.
      .flatMap(([name, cents], i, all) => [[name, cents] as const, ['large', (all[39 - i]?.[1] ?? 0) * 1000.001] as const]),
  },
} satisfies Right
