import { aggregation, codec, job, source, store } from 'tanager'
import type { Mistake } from '../mistake.ts'

const moves = source('moves', { item: codec.tuple(codec.string, codec.string) })

const after: Readonly<Record<string, string>> = { paid: 'ordered', sent: 'paid', received: 'sent' }

// What may follow what is a rule about the order of records, and where it is said to commute there is none; nor does a part
// of the moves begin where an order begins. Whoever throws here stops a store.
// Mended: keep the moves (`list`), without `commutative`, and judge them where they are read.
const state = aggregation<string>({
  id: 'state',
  value: codec.string,
  commutative: true,
  semigroup: {
    concat: (a, b) => {
      if (after[b] !== a) throw new Error(`${b} cannot follow ${a}`)
      return b
    },
  },
})

export default {
  mistake: 'a merge that throws when the order is not the expected one',
  make: () => job('orders', moves.sumByKey(store('states', { key: codec.string, sum: state }))),
  inputs: { moves: ['ordered', 'paid', 'sent', 'received'].map((move) => ['order 1', move]) },
  says: [
    'orders: comes out differently on a cluster than in memory, since store states: aggregation state: throws one way and not the other: concat("sent", "received") is "received", concat("received", "sent") throws "sent cannot follow received"',
    '  dead letters of changes of states, key order 1: memory has none, the simulation has some',
    '  with these records:',
    '    moves: ["order 1", "sent"], ["order 1", "received"]',
    '  when this happens (1 worker, 1 partition a store):',
    '    client of moves sends batch 1: ["order 1", "sent"]',
    '    client of moves sends batch 2: ["order 1", "received"]',
    '    worker 1 begins batch 2 of moves',
    '    worker 1 commits batch 2 of moves: states is to get "order 1": "received"',
    '    worker 1 begins batch 1 of moves',
    '    worker 1 commits batch 1 of moves: states is to get "order 1": "sent"',
    '    worker 1 begins the merge of states',
    '    worker 1 merges into states: "order 1" is "received"; it refuses ["order 1","sent"]: sent cannot follow received',
  ],
} satisfies Mistake
