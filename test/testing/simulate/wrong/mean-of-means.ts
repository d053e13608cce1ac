import { aggregation, codec, job, source, store } from 'tanager'
import type { Mistake } from '../mistake.ts'

const ratings = source('ratings', { item: codec.tuple(codec.string, codec.int) })

// The mean of two means is not the mean of all that went into them: it depends on what was merged with what.
// Mended: `aggregateByKey` with `average`, which keeps a sum and a count, and divides where it is read.
const mean = aggregation<number>({ id: 'mean', value: codec.float, semigroup: { concat: (a, b) => (a + b) / 2 } })

export default {
  mistake: 'a mean of means',
  make: () => job('ratings', ratings.sumByKey(store('means', { key: codec.string, sum: mean }))),
  inputs: { ratings: [5, 3, 4, 1, 2, 5, 4].map((stars, i) => [i % 3 === 0 ? 'tea' : 'cup', stars]) },
  says: [
    'ratings: comes out differently on a cluster than in memory, since store means: aggregation mean: not associative: concat(concat(4, 4), 2) is 3, concat(4, concat(4, 2)) is 3.5',
    '  store means, key "cup": memory has 4, the simulation has 3.75',
    '  with these records:',
    '    ratings: ["cup", 4], ["cup", 2], ["cup", 5]',
    '  when this happens (1 worker, 1 partition a store):',
    '    client of ratings sends batch 1: ["cup", 4]',
    '    worker 1 begins batch 1 of ratings',
    '    client of ratings sends batch 2: ["cup", 2]',
    '    worker 1 commits batch 1 of ratings: means is to get "cup": 4',
    '    worker 1 begins the merge of means',
    '    client of ratings sends batch 3: ["cup", 5]',
    '    worker 1 merges into means: "cup" is 4',
    '    worker 1 begins batch 2 of ratings',
    '    worker 1 commits batch 2 of ratings: means is to get "cup": 2',
    '    worker 1 begins batch 3 of ratings',
    '    worker 1 commits batch 3 of ratings: means is to get "cup": 5',
    '    worker 1 begins the merge of means',
    '    worker 1 merges into means: "cup" is 3.75',
  ],
} satisfies Mistake
