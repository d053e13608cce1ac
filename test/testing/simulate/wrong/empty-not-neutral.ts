import { aggregation, codec, job, source, store } from 'tanager'
import type { Mistake } from '../mistake.ts'

const logins = source('logins', { item: codec.tuple(codec.string, codec.int) })

// A key whose total is said to be empty is not kept: the next login of one finds none, and what was counted is lost.
// Mended: empty is only what changes nothing when it is merged, such as 0; leave out what is small where it is read.
const counted = aggregation<number>({
  id: 'counted',
  value: codec.int,
  semigroup: { concat: (a, b) => a + b },
  commutative: true,
  isEmpty: (total) => total < 2,
})

export default {
  mistake: 'a total that is called empty, and counts',
  make: () => job('logins', logins.sumByKey(store('logins-of', { key: codec.string, sum: counted }))),
  inputs: { logins: ['ada', 'bob', 'ada', 'eve', 'ada', 'bob'].map((user) => [user, 1]) },
  says: [
    'logins: comes out differently on a cluster than in memory, since store logins-of: aggregation counted: isEmpty(1), but it is not neutral: concat(1, 1) is 2, 1 is 1',
    '  store logins-of, key "ada": memory has 2, the simulation has no such key',
    '  with these records:',
    '    logins: ["ada", 1], ["ada", 1]',
    '  when this happens (1 worker, 1 partition a store):',
    '    client of logins sends batch 1: ["ada", 1]',
    '    worker 1 begins batch 1 of logins',
    '    worker 1 commits batch 1 of logins: logins-of is to get "ada": 1',
    '    worker 1 begins the merge of logins-of',
    '    worker 1 merges into logins-of: "ada" is gone',
    '    client of logins sends batch 2: ["ada", 1]',
    '    worker 1 begins batch 2 of logins',
    '    worker 1 commits batch 2 of logins: logins-of is to get "ada": 1',
    '    worker 1 begins the merge of logins-of',
    '    worker 1 merges into logins-of: "ada" is gone',
  ],
} satisfies Mistake
