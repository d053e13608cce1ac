import { codec, job, source, store } from 'tanager'
import { sum } from 'tanager/algebra'
import type { Right } from '../harmless.ts'

const sales = source('sales', { item: codec.tuple(codec.string, codec.int) })

export default {
  right: 'a store that held something before, and keys that come and go',
  job: job('sales', sales.sumByKey(store('totals', { key: codec.string, sum }))),
  inputs: {
    sales: Array.from({ length: 30 }, (_, i) => [`k${i % 5}`, (i % 7) - 3]),
    totals: new Map([
      ['k1', 100],
      ['k9', 9],
    ]),
  },
} satisfies Right
