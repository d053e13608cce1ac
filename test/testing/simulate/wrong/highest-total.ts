import { Ord } from 'fp-ts/lib/number.js'
import { codec, job, option, source, store } from 'tanager'
import { max, sum } from 'tanager/algebra'
import type { Mistake } from '../mistake.ts'

const bookings = source('bookings', { item: codec.tuple(codec.string, codec.int) })

export default {
  // A total that goes up and down passes through values that nobody sees where several bookings are merged at once.
  // Mended: an aggregation that keeps the total and the highest it has been, in the order of one source.
  mistake: 'the highest of the totals that pass',
  make: () =>
    job(
      'balances',
      bookings
        .sumByKey(store('balances', { key: codec.string, sum }))
        .map(([account, { before, delta }]) => [account, option.getOrElse(() => 0)(before) + delta] as const)
        .sumByKey(store('highest', { key: codec.string, sum: max(Ord) })),
    ),
  inputs: { bookings: [10, -4, 30, -35, 12, -2].map((amount) => ['ada', amount]) },
  says: [
    'balances: comes out differently on a cluster than in memory',
    '  store highest, key "ada": memory has 10, the simulation has 12',
    `  highest is fed from the changes of balances: how many of those there are, and what each holds, is the platform's business`,
    '  with these records:',
    '    bookings: ["ada", 12], ["ada", -2]',
    '  when this happens (1 worker, 1 partition a store):',
    '    client of bookings sends batch 1: ["ada", 12]',
    '    worker 1 begins batch 1 of bookings',
    '    worker 1 commits batch 1 of bookings: balances is to get "ada": 12',
    '    worker 1 begins the merge of balances',
    '    worker 1 merges into balances: "ada" is 12',
    '    worker 1 begins batch 1 of balances',
    '    worker 1 commits batch 1 of balances: highest is to get "ada": 12',
    '    worker 1 begins the merge of highest',
    '    worker 1 merges into highest: "ada" is 12',
    '    client of bookings sends batch 2: ["ada", -2]',
    '    worker 1 begins batch 2 of bookings',
    '    worker 1 commits batch 2 of bookings: balances is to get "ada": -2',
    '    worker 1 begins the merge of balances',
    '    worker 1 merges into balances: "ada" is 10',
    '    worker 1 begins batch 2 of balances',
    '    worker 1 commits batch 2 of balances: highest is to get "ada": 10',
    '    worker 1 begins the merge of highest',
    '    worker 1 merges into highest: "ada" is 12',
  ],
} satisfies Mistake
