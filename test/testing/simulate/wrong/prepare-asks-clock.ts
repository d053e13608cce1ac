import { aggregation, codec, job, source, store } from 'tanager'
import type { Mistake } from '../mistake.ts'

const pings = source('pings', { item: codec.tuple(codec.string, codec.string) })

// The time at which a worker prepared it, another one when it prepares it again.
// Mended: the time of the ping, as part of what is aggregated: `last` takes `[value, time]`.
const lastSeen = aggregation<number, string>({
  id: 'lastSeen',
  value: codec.int,
  semigroup: { concat: (a, b) => Math.max(a, b) },
  commutative: true,
  prepare: () => Date.now(),
})

export default {
  mistake: 'a prepare that asks the clock',
  make: () => job('pings', pings.aggregateByKey(store('last-seen', { key: codec.string, sum: lastSeen }))),
  inputs: { pings: ['ada', 'bob', 'ada'].map((user) => [user, 'ping']) },
  varies: /\d{13}/g,
  says: [
    'pings: prepare of store last-seen answers #, then #, to the same value "ping": it asks the clock (Date.now). Take the time from the record, or its event time by withTime().',
  ],
} satisfies Mistake
