import { codec, job, source, store } from 'tanager'
import { sum } from 'tanager/algebra'
import type { Mistake } from '../mistake.ts'

const sales = source('sales', { item: codec.tuple(codec.string, codec.string, codec.int) })

// Both ("a-b", "c") and ("a", "b-c") are written a-b-c.
// Mended: `codec.tuple(codec.string, codec.string)`.
const dashed = codec.of<readonly [string, string]>({
  id: 'dashed',
  encode: ([shop, item]) => `${shop}-${item}`,
  decode: (text) => [text.slice(0, text.indexOf('-')), text.slice(text.indexOf('-') + 1)],
})

export default {
  mistake: 'a codec that writes two keys as one',
  make: () => job('sales', sales.map(([shop, item, n]) => [[shop, item], n] as const).sumByKey(store('sales-of', { key: dashed, sum }))),
  inputs: {
    sales: [
      ['tea', 'green', 1],
      ['tea-house', 'cup', 2],
      ['tea', 'house-cup', 4],
    ],
  },
  says: [
    'sales: keys of store sales-of: codec dashed: does not come back: ["tea-house", "cup"] is written tea-house-cup and read as ["tea", "house-cup"]',
  ],
} satisfies Mistake
