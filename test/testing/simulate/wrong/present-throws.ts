import { aggregation, codec, job, source, store } from 'tanager'
import type { Mistake } from '../mistake.ts'

const votes = source('votes', { item: codec.tuple(codec.string, codec.int) })

// There may be no votes for it, and then it is the reader who is told.
// Mended: present what can be said of every total, an `option` say.
const verdict = aggregation<number, number, string>({
  id: 'verdict',
  value: codec.int,
  semigroup: { concat: (a, b) => a + b },
  commutative: true,
  present: (balance) => {
    if (balance === 0) throw new Error('a tie')
    return balance > 0 ? 'yes' : 'no'
  },
})

export default {
  mistake: 'a present that throws for some totals',
  make: () => job('votes', votes.sumByKey(store('verdicts', { key: codec.string, sum: verdict }))),
  inputs: { votes: [1, -1, 1, 1, -1].map((vote) => ['q1', vote]) },
  says: ['votes: store verdicts: aggregation verdict: present throws: present(0): a tie'],
} satisfies Mistake
