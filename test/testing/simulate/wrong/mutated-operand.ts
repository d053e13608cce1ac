import { aggregation, codec, job, source, store } from 'tanager'
import type { Mistake } from '../mistake.ts'

const tags = source('tags', { item: codec.tuple(codec.string, codec.string) })

// What is added to may be a record's, or a total that somebody still reads.
// Mended: `[...a, ...b]`, or `list` of `tanager/algebra`.
const appended = aggregation<string[]>({
  id: 'appended',
  value: codec.json<string[]>(),
  semigroup: {
    concat: (a, b) => {
      a.push(...b)
      return a
    },
  },
})

export default {
  mistake: 'a merge that adds to its operand',
  make: () => job('tags', tags.mapValues((tag) => [tag]).sumByKey(store('tags-of', { key: codec.string, sum: appended }))),
  inputs: { tags: ['green', 'hot', 'sweet'].map((tag) => ['tea', tag]) },
  says: [
    'tags: store tags-of: aggregation appended: changes its operands: concat(["green", "hot", "sweet"], ["green", "hot", "sweet"]) made its left one ["green", "hot", "sweet", "green", "hot", "sweet"]',
  ],
} satisfies Mistake
