import { frame } from '../../core/engine/frame.ts'
import {
  batchesOf,
  type DeadLetter,
  type Deployed,
  type Entry,
  type Log,
  type Pointer,
  type Progress,
  type Stored,
} from '../../core/engine/log.ts'
import { bytesOf, together, writtenBy } from '../../core/engine/outputs/written.ts'
import { partitionOf } from '../../core/engine/partition.ts'
import type { Plan } from '../../core/plan/plan.ts'
import { DeadLetters } from './log/dead-letters.ts'
import { Partition } from './log/partition.ts'
import { Stream } from './log/stream.ts'

/** How much may wait, in characters of payload; without a bound where none is given. */
interface Room {
  readonly stream: number
  readonly inbox: number
  readonly sink?: number
  /** A count. */
  readonly deadLetters?: number
  /** How many ids of records a stream remembers. */
  readonly ids?: number
}

export interface MemoryLogParts {
  readonly plan: Plan
  readonly partitions: (store: string) => number
  readonly room: Room
  /** Whether something takes the sink's batches; one that nothing takes keeps them. */
  readonly delivers: (sink: string) => boolean
  readonly now: () => number
}

export interface MemoryLog extends Log {
  /** Gives a store something to hold before anything runs. */
  readonly put: (store: string, key: string, value: Stored) => void
  /** What it holds, told at once. */
  readonly view: () => MemoryView
}

/** What a log answers in a while, without the while: for whoever looks on from outside, when nothing moves. */
export interface MemoryView {
  readonly store: (name: string) => readonly { readonly partition: number; readonly key: string; readonly value: Stored }[]
  /** The batches of a stream, or a sink, that are still there. */
  readonly batches: (name: string) => readonly Entry[]
  readonly deadLetters: () => readonly DeadLetter[]
  readonly progress: () => Progress
}

/**
 * The log in memory: what each step means, to be read beside the scripts that do the same in Redis. Every method runs
 * from its beginning to its end before anything else does, which is all that `atomic` says.
 */
export function memoryLog({ plan, partitions, room, delivers, now }: MemoryLogParts): MemoryLog {
  const streams = new Map(plan.streams.map(({ name }) => [name, new Stream(room.ids)]))
  const sinks = new Map(plan.sinks.map(({ name }) => [name, new Stream()]))
  const stores = new Map(
    plan.stores.map((store) => [store.slot.name, Array.from({ length: partitions(store.slot.name) }, (_, i) => new Partition(store, i))]),
  )
  const dead = new DeadLetters()
  const leases = new Map<string, { readonly holder: string; readonly until: number }>()
  const notes = new Map<string, string>()
  let plans: Deployed | undefined

  const streamOf = (name: string) => (streams.get(name) ?? sinks.get(name)) as Stream
  const partition = (store: string, number: number) => stores.get(store)?.[number] as Partition
  const home = (store: string, key: string) => partition(store, partitionOf(key, partitions(store)))
  const fedBy = (stream: string) =>
    plan.stores.filter((store) => store.fedBy.includes(stream)).flatMap(({ slot }) => stores.get(slot.name) as Partition[])

  const isGraveyardFull = () => dead.size >= (room.deadLetters ?? Number.POSITIVE_INFINITY)

  const stage = (stream: string, sequence: number): Pointer => ({ kind: 'stage', stream, sequence })
  const sum = ({ store, number, position }: Partition): Pointer => ({ kind: 'sum', store, partition: number, position })

  const progress = (): Progress => ({
    streams: new Map([...streams].map(([name, { progress }]) => [name, progress])),
    stores: new Map([...stores].map(([name, all]) => [name, all.map(({ progress }) => progress)])),
    sinks: new Map([...sinks].map(([name, { progress }]) => [name, progress])),
    outputs: new Map([
      ...[...sinks].map(([name, { tally }]) => [name, tally.progress] as const),
      ...[...stores].map(([name, all]) => [name, together(all.map(({ tally }) => tally.progress))] as const),
    ]),
    deadLetters: dead.size,
  })

  return {
    append: async (batch) => streamOf(batch.stream).append(batch, room.stream, now()),

    take: async (batch) => streamOf(batch.stream).take(batch, room.stream, now()),

    readPosition: async (stream) => streamOf(stream).position,

    read: async (stream, sequence) => streamOf(stream).read(sequence),

    commitStage: async (commit) => {
      const { stream: name, sequence, eventTime, deltas, writes } = commit
      const stream = streamOf(name)
      const batches = batchesOf(commit)
      if (batches.some(({ sequence, entry }) => stream.isCommitted(sequence) || !stream.isThere(sequence, entry))) {
        return { status: 'already' }
      }
      const next = sequence === stream.marks.watermark + 1
      const crowded = deltas.find((delta) => !partition(delta.store, delta.partition).inbox.hasRoom(room.inbox, next))
      if (crowded !== undefined) return { status: 'full', where: 'inbox', name: crowded.store, partition: crowded.partition }
      const laden = writes.find(({ sink }) => streamOf(sink).isFull(room.sink ?? Number.POSITIVE_INFINITY))
      if (laden !== undefined) return { status: 'full', where: 'sink', name: laden.sink }
      if (batches.some(({ deadLetters }) => deadLetters.length > 0) && isGraveyardFull()) return { status: 'full', where: 'dead letters' }

      // Not only the inboxes this batch adds to: its mark may set free what others left in ordered ones.
      const fed = fedBy(name)
      const untold = fed.filter(({ inbox }) => !inbox.isReady)
      for (const { store, partition: number, payload } of deltas) partition(store, number).inbox.add({ payload, stream: name, sequence })
      for (const { sequence, entry } of batches) stream.commit(sequence, entry, eventTime)
      for (const { inbox } of fed) inbox.release(name, stream.marks.watermark)

      const deliveries = writes.flatMap(({ sink, payload, records }): Pointer[] => {
        const number = streamOf(sink).enter({ payload, records })
        streamOf(sink).tally.add({ rows: records, bytes: bytesOf(payload) }, now())
        return delivers(sink) ? [{ kind: 'sink', sink, sequence: number }] : []
      })
      for (const { sequence, deadLetters } of batches) dead.bury({ from: 'stream', name, number: sequence }, now(), deadLetters)
      return { status: 'committed', pointers: [...untold.filter(({ inbox }) => inbox.isReady).map(sum), ...deliveries] }
    },

    hasRoom: async (store, number) => partition(store, number).inbox.hasRoom(room.inbox, false),

    readInbox: async (store, number, bytes) => {
      const { position, inbox } = partition(store, number)
      return { position, entries: inbox.slice(bytes) }
    },

    readValues: async (store, number, keys) => keys.map((key) => partition(store, number).get(key)),

    readValuesAt: async (store, number, position, keys) => {
      const at = partition(store, number)
      return at.isAt(position) ? keys.map((key) => at.get(key)) : undefined
    },

    commitSum: async ({ store, partition: number, position, entries, puts, removes, written, output, deadLetters }) => {
      const at = partition(store, number)
      if (!at.isAt(position) || !at.inbox.isThere(entries.length, entries.at(-1))) return { status: 'stale' }
      if (output !== undefined && streamOf(store).isFull(room.stream)) return { status: 'full', where: 'output', name: store }
      if (deadLetters.length > 0 && isGraveyardFull()) return { status: 'full', where: 'dead letters', name: store }
      at.merge({ entries, puts, removes })
      at.tally.add(written ?? writtenBy(puts, removes), now())
      dead.bury({ from: 'store', name: store, number }, now(), deadLetters)
      const pointers = output === undefined ? [] : [stage(store, streamOf(store).enter(output))]
      return { status: 'committed', position: at.position, left: at.inbox.isReady, pointers }
    },

    commitSink: async (sink, sequence, entry) => {
      const stream = streamOf(sink)
      if (stream.isCommitted(sequence) || !stream.isThere(sequence, entry)) return
      stream.commit(sequence, entry)
      stream.tally.delivered(now())
    },

    pending: async (limit, begin = 0) => {
      const waiting = [...streams].map(([name, { waiting }]) => waiting.map((sequence) => stage(name, sequence)))
      const undelivered = [...sinks]
        .filter(([sink]) => delivers(sink))
        .map(([sink, { waiting }]) => waiting.map((sequence): Pointer => ({ kind: 'sink', sink, sequence })))
      const lists = [...waiting, ...undelivered]
      const rest = lists.map((list) => list.slice(Math.floor(begin * list.length)))
      const drains = [...stores.values()].flat().filter(({ inbox }) => inbox.isReady)
      return {
        pointers: [...rest.flatMap((list) => list.slice(0, limit)), ...drains.map(sum)],
      }
    },

    progress: async () => progress(),

    // All at once: a page that begins at a place would miss keys when one before it is removed.
    scan: async (store, number) => {
      const at = partition(store, number)
      return { cursor: '0', entries: at.keys.map((key) => [key, at.get(key) as Stored] as const) }
    },

    range: async (name, from, limit) => {
      const stream = streamOf(name)
      const found = stream.waiting.filter((sequence) => sequence >= from).slice(0, limit)
      return found.flatMap((sequence) => {
        const entry = stream.read(sequence)
        return entry === undefined ? [] : [{ ...entry, sequence }]
      })
    },

    lease: async (name, holder, milliseconds) => {
      const held = leases.get(name)
      if (held !== undefined && held.holder !== holder && held.until > now()) return false
      leases.set(name, { holder, until: now() + milliseconds })
      return true
    },

    forgetWriters: async (silent) => [...streams.values()].reduce((sum, stream) => sum + stream.forget(now() - silent), 0),

    note: async (name, text) => {
      notes.set(name, text)
    },

    noted: async (name) => notes.get(name),

    deadLetters: async (options) => dead.page(options),

    retryDeadLetter: async (id) => {
      const buried = dead.take(id)
      if (buried === undefined) return undefined
      const { origin, letter } = buried
      if (origin.from === 'stream') return stage(origin.name, streamOf(origin.name).enter({ payload: frame([letter.record]), records: 1 }))
      const at = partition(origin.name, origin.number)
      at.inbox.readmit(letter.record)
      return sum(at)
    },

    dropDeadLetters: async (ids) => ids.filter((id) => dead.take(id) !== undefined).length,

    deploy: async (plan, expected) => {
      if (plans === undefined || plans.fingerprint === expected) plans = plan
      return plans
    },

    deployed: async () => plans,

    put: (store, key, value) => home(store, key).put(key, value),

    view: () => ({
      store: (name) =>
        (stores.get(name) ?? []).flatMap((at) => at.keys.map((key) => ({ partition: at.number, key, value: at.get(key) as Stored }))),
      batches: (name) => streamOf(name).waiting.map((sequence) => streamOf(name).read(sequence) as Entry),
      deadLetters: () => dead.page({ limit: Number.POSITIVE_INFINITY }),
      progress,
    }),
  }
}
