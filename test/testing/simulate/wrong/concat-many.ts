import { aggregation, codec, job, source, store } from 'tanager'
import type { Mistake } from '../mistake.ts'

const bids = source('bids', { item: codec.tuple(codec.string, codec.int) })

// Bids below zero are withdrawals: the quick way starts from 0, the slow one from the first bid.
// Mended: `Math.max(...bids)`; or leave it out, it is there for speed only.
const highest = aggregation<number>({
  id: 'highest',
  value: codec.int,
  semigroup: { concat: (a, b) => Math.max(a, b) },
  commutative: true,
  concatMany: (bids) => bids.reduce((high, bid) => Math.max(high, bid), 0),
})

export default {
  mistake: 'a concatMany that is not what concat makes',
  make: () => job('bids', bids.sumByKey(store('highest', { key: codec.string, sum: highest }))),
  inputs: {
    bids: [-5, -3, -9, -2, -4, -6].flatMap((bid) => [
      ['lot 1', bid],
      ['lot 2', bid - 1],
    ]),
  },
  says: [
    'bids: comes out differently on a cluster than in memory, since store highest: aggregation highest: concatMany is not what concat makes of it: concatMany([-5, -5, -5]) is 0, concat(concat(-5, -5), -5) is -5',
    '  store highest, key "lot 2": memory has 0, the simulation has -5',
    '  with these records:',
    '    bids: ["lot 2", -5], ["lot 2", -7]',
    '  when this happens (1 worker, 1 partition a store):',
    '    client of bids sends batch 1: ["lot 2", -5]',
    '    worker 1 begins batch 1 of bids',
    '    worker 1 commits batch 1 of bids: highest is to get "lot 2": -5',
    '    worker 1 begins the merge of highest',
    '    worker 1 merges into highest: "lot 2" is -5',
    '    client of bids sends batch 2: ["lot 2", -7]',
    '    worker 1 begins batch 2 of bids',
    '    worker 1 commits batch 2 of bids: highest is to get "lot 2": -7',
    '    worker 1 begins the merge of highest',
    '    worker 1 merges into highest: "lot 2" is -5',
  ],
} satisfies Mistake
