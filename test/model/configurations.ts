import { allFaults, type Configuration, type PartitionShape, type SenderShape } from './configuration.ts'

const counts: PartitionShape = { name: 'counts', ordered: false, fedBy: [0] }
const text: PartitionShape = { name: 'text', ordered: true, fedBy: [0] }

/** Senders a, b, … of one stream, with so many batches each. */
const sending = (...batches: readonly number[]): readonly SenderShape[] =>
  batches.map((count, i) => ({ name: 'ab'[i] as string, stream: 0, batches: count }))

/** Two senders with a batch each, a store, two workers and all that may go wrong, once. */
const plain: Configuration = {
  name: 'a plain store, one mishap',
  streams: ['words'],
  partitions: [counts],
  senders: sending(1, 1),
  workers: 2,
  reconciler: 'lost',
  mishaps: 1,
  faults: allFaults,
  room: { stream: 9, inbox: 9 },
  slice: 2,
}

/** One sender with one batch, once. For what goes wrong with little. */
const little: Configuration = { ...plain, name: 'one batch, one mishap', senders: sending(1) }

/** Nothing goes wrong, and nobody looks for lost work: wake-ups alone must do. */
const calm: Configuration = { ...plain, name: 'nothing goes wrong, no reconciler', mishaps: 0, reconciler: 'none', senders: sending(2, 1) }

/** A store, and one that sums what it emits. */
const chain = {
  streams: ['words', 'changes'],
  partitions: [
    { ...counts, emits: 1 },
    { name: 'total', ordered: false, fedBy: [1] },
  ],
} as const

/** Where Redis loses its last moments. */
const tail: Configuration = { ...plain, name: 'Redis loses its tail', faults: ['tail'] }

const tight = { room: { stream: 3, inbox: 1 } } as const

export const configurations = {
  plain,
  little,
  calm,
  four: { ...calm, name: 'four batches, nothing goes wrong', senders: sending(2, 2) },
  littleOften: { ...little, name: 'one batch, four mishaps', mishaps: 4 },
  deathTwice: { ...plain, name: 'a plain store, two deaths', faults: ['crash'], mishaps: 2 },
  whole: { ...plain, name: 'a plain store, a death, the reconciler in full', reconciler: 'whole', faults: ['crash'] },
  zombie: { ...calm, name: 'three batches, a zombie or a lost answer', mishaps: 1, faults: ['stall', 'deaf'] },
  ordered: { ...plain, ...tight, name: 'an ordered store with little room, one mishap', partitions: [text] },
  orderedThree: {
    ...plain,
    ...tight,
    name: 'an ordered store with little room, three batches',
    partitions: [text],
    senders: sending(2, 1),
    mishaps: 0,
  },
  orderedCalm: { ...calm, ...tight, name: 'an ordered store with little room, nothing goes wrong', partitions: [text] },
  twoStreams: {
    ...plain,
    name: 'an ordered store of two streams with little room, one mishap',
    streams: ['words', 'others'],
    partitions: [{ ...text, fedBy: [0, 1] }],
    senders: [
      { name: 'a', stream: 0, batches: 1 },
      { name: 'b', stream: 1, batches: 1 },
    ],
    room: { stream: 2, inbox: 1 },
  },
  twoStores: {
    ...calm,
    ...tight,
    name: 'two stores with little room, nothing goes wrong',
    partitions: [counts, { ...counts, name: 'others' }],
  },
  sparing: { ...calm, name: 'an ordered store that a batch adds nothing to', partitions: [{ ...text, spares: [0] }] },
  chained: { ...plain, ...chain, name: 'a chained sum, two mishaps', senders: sending(1), mishaps: 2 },
  chainedZombie: { ...plain, ...chain, name: 'a chained sum, two batches, a zombie', reconciler: 'none', faults: ['stall'] },
  chainedCalm: {
    ...calm,
    ...chain,
    name: 'a chained sum with little room, nothing goes wrong',
    room: { stream: 1, inbox: 1 },
    slice: 1,
  },
  overtaking: { ...calm, name: 'three batches of one sender', senders: sending(3) },
  tailAndZombie: {
    ...tail,
    name: 'Redis loses its tail, one batch, a zombie',
    faults: ['tail', 'stall'],
    senders: sending(1),
    mishaps: 2,
  },
  tailAndLane: { ...tail, name: 'Redis loses its tail, two batches of one sender, one worker', senders: sending(2), workers: 1 },
  tailAndDeaf: {
    ...tail,
    name: 'Redis loses its tail, one batch, a lost answer',
    faults: ['tail', 'deaf'],
    senders: sending(1),
    mishaps: 2,
  },
  tailAndResent: {
    ...tail,
    name: 'Redis loses its tail, two batches, a commit sent again',
    faults: ['tail', 'resent'],
    senders: sending(2),
    sent: true,
    mishaps: 2,
  },
  tailOrdered: { ...tail, ...tight, name: 'Redis loses its tail, an ordered store', partitions: [text], senders: sending(2), sent: true },
  tailChained: { ...tail, ...chain, name: 'Redis loses its tail, a chained sum', senders: sending(1) },
} as const satisfies Record<string, Configuration>

/** What takes minutes: explored when it is asked for. */
export const wide = {
  tail,
  tailAndResent: {
    ...tail,
    name: 'Redis loses its tail, three batches, a commit sent again',
    faults: ['tail', 'resent'],
    senders: sending(3),
    sent: true,
    mishaps: 2,
  },
  tailAndDeaf: { ...tail, name: 'Redis loses its tail, one worker, a lost answer', faults: ['tail', 'deaf'], workers: 1, mishaps: 2 },
  tailOrdered: { ...tail, ...tight, name: 'Redis loses its tail, an ordered store of two senders', partitions: [text] },
  tailChained: {
    ...tail,
    ...chain,
    name: 'Redis loses its tail, a chained sum, a zombie, a commit sent again',
    faults: ['tail', 'stall', 'resent'],
    senders: sending(1),
    mishaps: 2,
  },
  twice: { ...plain, name: 'a plain store, two mishaps', mishaps: 2 },
  whole: { ...plain, name: 'a plain store, one mishap, the reconciler in full', reconciler: 'whole' },
  orderedThree: {
    ...plain,
    ...tight,
    name: 'an ordered store with little room, three batches, a death',
    partitions: [text],
    senders: sending(2, 1),
    faults: ['crash'],
  },
  chained: { ...plain, ...chain, name: 'a chained sum, two batches', mishaps: 0 },
} as const satisfies Record<string, Configuration>
