import { aggregation, codec, job, source, store } from 'tanager'
import type { Mistake } from '../mistake.ts'

type Profile = Readonly<Record<string, string>>

const edits = source('edits', { item: codec.tuple(codec.string, codec.record(codec.string)) })

// A later edit wins over an earlier one, so it matters which is later: this does not commute, though it adds nothing up.
// Mended: `last` of `tanager/algebra`, by a time that each edit comes with; or without `commutative`, if one source has them all.
const merged = aggregation<Profile>({
  id: 'merged',
  value: codec.record(codec.string),
  semigroup: { concat: (a, b) => ({ ...a, ...b }) },
  commutative: true,
})

export default {
  mistake: 'the last one wins, and it is declared to commute',
  make: () => job('profiles', edits.sumByKey(store('profiles', { key: codec.string, sum: merged }))),
  inputs: {
    edits: ['London', 'Paris', 'Rome', 'Oslo', 'Bonn', 'Wien'].flatMap((city) => [
      ['ada', { city }],
      ['bob', { city }],
    ]),
  },
  says: [
    'profiles: comes out differently on a cluster than in memory, since store profiles: aggregation merged: not commutative: concat({city: "Bonn"}, {city: "Wien"}) is {city: "Wien"}, concat({city: "Wien"}, {city: "Bonn"}) is {city: "Bonn"}',
    '  store profiles, key "bob": memory has {city: "Wien"}, the simulation has {city: "Bonn"}',
    '  with these records:',
    '    edits: ["bob", {city: "Bonn"}], ["bob", {city: "Wien"}]',
    '  when this happens (1 worker, 1 partition a store):',
    '    client of edits sends batch 1: ["bob", {city: "Bonn"}]',
    '    client of edits sends batch 2: ["bob", {city: "Wien"}]',
    '    worker 1 begins batch 2 of edits',
    '    worker 1 commits batch 2 of edits: profiles is to get "bob": {city: "Wien"}',
    '    worker 1 begins batch 1 of edits',
    '    worker 1 commits batch 1 of edits: profiles is to get "bob": {city: "Bonn"}',
    '    worker 1 begins the merge of profiles',
    '    worker 1 merges into profiles: "bob" is {city: "Bonn"}',
  ],
} satisfies Mistake
