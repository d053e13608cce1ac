import { codec, job, source, store } from 'tanager'
import { sum } from 'tanager/algebra'
import type { Mistake } from '../mistake.ts'

const words = source('words', { item: codec.string })

export default {
  // A change may stand for one record or for a thousand that were merged at once: counting them counts merges.
  // Mended: add up their deltas; or `{ emit: 'every' }`, for one change a record.
  mistake: 'counting how often a store changes',
  make: () =>
    job(
      'updates',
      words
        .map((word) => [word, 1] as const)
        .sumByKey(store('counts', { key: codec.string, sum }))
        .map(([word]) => [word, 1] as const)
        .sumByKey(store('updates', { key: codec.string, sum })),
    ),
  inputs: { words: ['to', 'be', 'or', 'not', 'to', 'be', 'to'] },
  says: [
    'updates: comes out differently on a cluster than in memory',
    '  store updates, key "to": memory has 1, the simulation has 2',
    `  updates is fed from the changes of counts: how many of those there are, and what each holds, is the platform's business`,
    '  with these records:',
    '    words: "to", "to"',
    '  when this happens (1 worker, 1 partition a store):',
    '    client of words sends batch 1: "to"',
    '    worker 1 begins batch 1 of words',
    '    worker 1 commits batch 1 of words: counts is to get "to": 1',
    '    worker 1 begins the merge of counts',
    '    worker 1 merges into counts: "to" is 1',
    '    worker 1 begins batch 1 of counts',
    '    worker 1 commits batch 1 of counts: updates is to get "to": 1',
    '    worker 1 begins the merge of updates',
    '    worker 1 merges into updates: "to" is 1',
    '    client of words sends batch 2: "to"',
    '    worker 1 begins batch 2 of words',
    '    worker 1 commits batch 2 of words: counts is to get "to": 1',
    '    worker 1 begins the merge of counts',
    '    worker 1 merges into counts: "to" is 2',
    '    worker 1 begins batch 2 of counts',
    '    worker 1 commits batch 2 of counts: updates is to get "to": 1',
    '    worker 1 begins the merge of updates',
    '    worker 1 merges into updates: "to" is 2',
  ],
} satisfies Mistake
