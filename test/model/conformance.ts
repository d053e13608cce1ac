import fc from 'fast-check'
import { aggregation } from '../../core/algebra/aggregation.ts'
import { sum } from '../../core/algebra/index.ts'
import { string } from '../../core/codec/string.ts'
import { frame } from '../../core/engine/frame.ts'
import type { Entry, InboxEntry, Log as RealLog, Pointer as RealPointer } from '../../core/engine/log.ts'
import { job } from '../../core/job.ts'
import { planOf } from '../../core/plan/index.ts'
import { source } from '../../core/producer/fluent.ts'
import { store } from '../../core/slot/slot.ts'
import { scratch } from './batch.ts'
import { Cells, type List } from './cells.ts'
import { type Last, Log, type LogShape, type Pointer } from './log.ts'

// Two sources; a store of two partitions that somebody reads, and who does; an ordered store that both sources feed.
const words = source('words', { item: string })
const others = source('others', { item: string })
const joined = aggregation<string>({ id: 'joined', value: string, semigroup: { concat: (a, b) => a + b } })
export const plan = planOf(
  job(
    'model',
    words
      .map((word) => [word, 1] as const)
      .sumByKey(store('counts', { key: string, sum }))
      .map(([, { delta }]) => ['all', delta] as const)
      .sumByKey(store('total', { key: string, sum })),
    words
      .merge(others)
      .map((word) => ['all', word] as const)
      .sumByKey(store('text', { key: string, sum: joined })),
  ),
)
export const partitionsOf = (store: string): number => (store === 'counts' ? 2 : 1)

const streams = ['words', 'others', 'counts'] as const
const places = [
  { store: 'counts', partition: 0 },
  { store: 'counts', partition: 1 },
  { store: 'total', partition: 0 },
  { store: 'text', partition: 0 },
] as const
const writers = ['v', 'w'] as const
const capacity = 120
const shape: Omit<LogShape, 'room'> = {
  streams: streams.length,
  partitions: [
    { name: 'counts 0', ordered: false, fedBy: [0], emits: 2 },
    { name: 'counts 1', ordered: false, fedBy: [0], emits: 2 },
    { name: 'total', ordered: false, fedBy: [2] },
    { name: 'text', ordered: true, fedBy: [0, 1] },
  ],
  writers: writers.length,
  capacity,
  values: () => capacity,
}

/** What may wait, in batches and entries. */
export interface Room {
  readonly stream: number
  readonly inbox: number
}

/** The log of the model, as it is given to mutations. */
export const modelLog = (room: Room): Log => new Log(new Cells(), { ...shape, room })

// Every batch is one character, so that all of them, and all entries, are of one length.
const letter = (batch: number): string => String.fromCharCode(47 + batch)
const mostBatch = 40
const payload = (batch: number): string => frame([letter(batch)])
const delta = (batch: number): string => JSON.stringify(['k', letter(batch)])
/** The room of the real log, in characters. */
export const roomOf = ({ stream, inbox }: Room) => ({
  stream: stream * payload(1).length,
  inbox: inbox * delta(1).length,
  // Sinks and dead letters are not in the model; theirs is never full here.
  sink: Number.MAX_SAFE_INTEGER,
  deadLetters: Number.MAX_SAFE_INTEGER,
  ids: 1000,
})

/** One question to the log. Numbers are taken as far as they make sense at that moment: mostly of what is not done. */
export type Question =
  | {
      readonly ask: 'append'
      readonly stream: number
      readonly writer: number
      readonly step: number
      readonly batch: number
      readonly continues: boolean
    }
  | { readonly ask: 'read'; readonly stream: number; readonly sequence: number }
  | {
      readonly ask: 'commitStage'
      readonly stream: number
      readonly sequence: number
      readonly late: boolean
      /** Whether it was read in a time that never was. */
      readonly another: boolean
      readonly adds: readonly number[]
    }
  | { readonly ask: 'readInbox'; readonly partition: number; readonly slice: number }
  | { readonly ask: 'readValues'; readonly partition: number; readonly behind: number | undefined }
  | {
      readonly ask: 'commitSum'
      readonly slice: number
      readonly count: number
      readonly another: boolean
      readonly values: readonly number[]
      readonly output: number
    }
  | { readonly ask: 'pending' }
  | { readonly ask: 'progress' }

const nat = (max: number) => fc.nat({ max })
const batch = fc.integer({ min: 1, max: mostBatch })

export const questions = fc.array(
  fc.oneof(
    // Mostly the next number; also the last again, one long past, and one too far.
    {
      weight: 4,
      arbitrary: fc.record({
        ask: fc.constant('append' as const),
        stream: nat(1),
        writer: nat(1),
        step: fc.constantFrom(1, 1, 1, 1, 0, -1, 2),
        batch,
        continues: fc.constantFrom(false, false, false, false, false, true),
      }),
    },
    { weight: 1, arbitrary: fc.record({ ask: fc.constant('read' as const), stream: nat(2), sequence: nat(capacity) }) },
    {
      weight: 5,
      arbitrary: fc.record({
        ask: fc.constant('commitStage' as const),
        stream: fc.constantFrom(0, 0, 0, 0, 1, 1, 2),
        sequence: nat(capacity),
        late: fc.constantFrom(false, false, false, true),
        another: fc.constantFrom(...Array.from({ length: 14 }, () => false), true),
        adds: fc.array(fc.oneof(batch, fc.constant(0)), { minLength: places.length, maxLength: places.length }),
      }),
    },
    {
      weight: 3,
      arbitrary: fc.record({
        ask: fc.constant('readInbox' as const),
        partition: nat(places.length - 1),
        slice: fc.integer({ min: 1, max: 4 }),
      }),
    },
    {
      weight: 2,
      arbitrary: fc.record({
        ask: fc.constant('readValues' as const),
        partition: nat(places.length - 1),
        // Of any position; or of the present one, or one a little behind it.
        behind: fc.constantFrom(undefined, 0, 0, 1, 2),
      }),
    },
    {
      weight: 3,
      arbitrary: fc.record({
        ask: fc.constant('commitSum' as const),
        // Counted from the last that was read: mostly that one, sometimes one of long ago.
        slice: fc.oneof({ weight: 5, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: nat(5) }),
        count: nat(3),
        another: fc.constantFrom(...Array.from({ length: 14 }, () => false), true),
        values: fc.array(batch, { minLength: 1, maxLength: 3 }),
        output: fc.oneof({ weight: 6, arbitrary: batch }, { weight: 1, arbitrary: fc.constant(0) }),
      }),
    },
    { weight: 1, arbitrary: fc.constant({ ask: 'pending' as const }) },
    { weight: 1, arbitrary: fc.constant({ ask: 'progress' as const }) },
  ),
  { minLength: 40, maxLength: capacity, size: 'max' },
)

/** What one has in hand who has come to a number too early or too late to read it. */
const neverRead: Entry = { id: '0-0', payload: payload(1), records: 1 }
/** Of an entry that is not there. */
const stranger = '0'.repeat(24)

/** What was read of an inbox, and may be committed any time later. */
interface Slice {
  readonly partition: number
  readonly position: number
  readonly last: (count: number) => Last
  /** As they were read, with the stamps that the model has none of. */
  readonly entries: readonly InboxEntry[]
}

/** Asks both the same, and hands out what they answer. */
export class Replay {
  readonly #model: Log
  readonly #real: RealLog
  readonly #slices: Slice[] = []
  /** Batches as they were read, by stream and number: whoever comes late has read them once. */
  readonly #read = new Map<string, Entry>()

  constructor(model: Log, real: RealLog) {
    this.#model = model
    this.#real = real
  }

  /** The answers of both, in the same words. */
  async ask(question: Question): Promise<{ readonly model: unknown; readonly real: unknown }> {
    const { model, real } = await this.#ask(question)
    // Where there is no room is said in Redis, and of no concern here.
    const isFull = typeof real === 'object' && real !== null && 'status' in real && real.status === 'full'
    return { model, real: isFull ? { status: 'full' } : real }
  }

  async #ask(question: Question): Promise<{ readonly model: unknown; readonly real: unknown }> {
    switch (question.ask) {
      case 'append':
        return this.#append(question)
      case 'read':
        return this.#readBatch(question)
      case 'commitStage':
        return this.#commitStage(question)
      case 'readInbox':
        return this.#readInbox(question)
      case 'readValues':
        return this.#readValues(question)
      case 'commitSum':
        return this.#commitSum(question)
      case 'pending':
        return { model: sorted(this.#model.pending().map(named)), real: sorted((await this.#real.pending(capacity)).pointers) }
      case 'progress':
        return this.#progress()
    }
  }

  async #append({ stream, writer, step, batch, continues }: Question & { readonly ask: 'append' }) {
    const at = this.#model.stream(stream)
    const number = Math.max(1, at.lastNumber.get(writer) + step)
    return {
      real: await this.#real.append({
        stream: streams[stream] as string,
        payload: payload(batch),
        records: 1,
        writer: writers[writer] as string,
        writerSequence: number,
        continues,
      }),
      model: this.#model.append(at, { writer, number, batch, continues }),
    }
  }

  /** A sequence number that was given, or the one after the last. */
  #known(stream: number, sequence: number): number {
    return 1 + (sequence % (this.#model.stream(stream).head.now + 1))
  }

  async #readBatch({ stream, sequence: any }: Question & { readonly ask: 'read' }) {
    const sequence = this.#known(stream, any)
    const { batch } = this.#model.read(this.#model.stream(stream), sequence)
    const entry = await this.#real.read(streams[stream] as string, sequence)
    return {
      real: entry === undefined ? undefined : { payload: entry.payload, records: entry.records },
      model: batch === 0 ? undefined : { payload: payload(batch), records: 1 },
    }
  }

  /** A batch as both have it, or had it when it was there. */
  async #entry(stream: number, sequence: number): Promise<{ readonly entry: Entry; readonly batch: number }> {
    const name = streams[stream] as string
    const entry = (await this.#real.read(name, sequence)) ?? this.#read.get(`${name}-${sequence}`)
    if (entry !== undefined) this.#read.set(`${name}-${sequence}`, entry)
    return { entry: entry ?? neverRead, batch: this.#model.stream(stream).history.get(sequence) }
  }

  async #commitStage({ stream, sequence: any, late, another, adds }: Question & { readonly ask: 'commitStage' }) {
    const open = this.#model.pending().flatMap((pointer) => ('stream' in pointer && pointer.stream === stream ? [pointer.sequence] : []))
    const sequence = late || open.length === 0 ? this.#known(stream, any) : (open[any % open.length] as number)
    const fed = this.#model.fedBy(stream).filter((place) => adds[place] !== 0)
    const read = await this.#entry(stream, sequence)
    const isAnother = another && read.entry !== neverRead
    // The batch of another number, as it would be of this one in a log that has gone back.
    const entry = isAnother ? { ...read.entry, id: `${sequence}-1` } : read.entry
    const batch = isAnother ? 0 : read.batch
    const real = await this.#real.commitStage({
      stream: streams[stream] as string,
      sequence,
      entry,
      deltas: fed.map((place) => ({ ...(places[place] as (typeof places)[number]), payload: delta(adds[place] as number) })),
      writes: [],
      deadLetters: [],
    })
    const model = this.#model.commitStage(stream, sequence, { batch, stamp: 0 }, (place) => adds[place] as number)
    if (model.status !== 'committed') return { real, model }
    const woken = model.woken.map((partition) => named({ partition, position: this.#model.partition(partition).position.now }))
    return {
      real: 'pointers' in real ? { ...real, pointers: sorted(real.pointers) } : real,
      model: { status: model.status, pointers: sorted(woken) },
    }
  }

  async #readInbox({ partition: any, slice }: Question & { readonly ask: 'readInbox' }) {
    const ready = this.#model.partitions.flatMap(({ isReady }, place) => (isReady ? [place] : []))
    const partition = ready[any % Math.max(1, ready.length)] ?? any
    const { store, partition: number } = places[partition] as (typeof places)[number]
    const at = this.#model.partition(partition)
    const position = at.position.now
    const entries = Array.from({ length: Math.min(slice, at.inbox.length) }, (_, i) => at.inbox.get(i))
    const lasts = entries.map((_, i) => this.#model.last(at, i + 1))
    const read = await this.#real.readInbox(store, number, slice * delta(1).length)
    if (entries.length > 0) {
      this.#slices.push({ partition, position, last: (count) => lasts[count - 1] as Last, entries: read.entries })
    }
    return {
      real: { position: read.position, entries: read.entries.map(({ payload: text }) => text) },
      model: { position, entries: entries.map(delta) },
    }
  }

  async #readValues({ partition, behind }: Question & { readonly ask: 'readValues' }) {
    const { store, partition: number } = places[partition] as (typeof places)[number]
    const at = this.#model.partition(partition)
    const textOf = (values: List) => [Array.from({ length: values.length }, (_, i) => letter(values.get(i))).join('') || undefined]
    if (behind === undefined) return { real: await this.#real.readValues(store, number, ['k']), model: textOf(at.values) }
    const position = Math.max(0, at.position.now - behind)
    const values = this.#model.valuesAt(at, position)
    return {
      real: await this.#real.readValuesAt(store, number, position, ['k']),
      model: values === undefined ? undefined : textOf(values),
    }
  }

  async #commitSum({ slice: back, count: some, another, values, output: change }: Question & { readonly ask: 'commitSum' }) {
    const slice = this.#slices.at(-1 - (back % Math.max(1, this.#slices.length)))
    if (slice === undefined) return { real: undefined, model: undefined }
    const { store, partition: number } = places[slice.partition] as (typeof places)[number]
    const count = 1 + (some % slice.entries.length)
    const output = this.#model.partition(slice.partition).shape.emits === undefined ? 0 : change
    const real = await this.#real.commitSum({
      store,
      partition: number,
      position: slice.position,
      entries: slice.entries.slice(0, count).map((entry) => (another ? { ...entry, stamp: stranger } : entry)),
      puts: [['k', values.map(letter).join('')]],
      removes: [],
      deadLetters: [],
      ...(output === 0 ? {} : { output: { payload: payload(output), records: 1 } }),
    })
    const put = scratch(capacity)
    for (const value of values) put.push(value)
    const last = slice.last(count)
    const model = this.#model.commitSum(slice.partition, {
      position: slice.position,
      count,
      last: another ? { ...last, stamp: 1 } : last,
      values: put,
      output,
    })
    if (model.status !== 'committed') return { real, model }
    const { sequence, ...rest } = model
    return { real, model: { ...rest, pointers: sequence === 0 ? [] : [named({ stream: 2, sequence })] } }
  }

  async #progress() {
    const progress = await this.#real.progress()
    return {
      real: {
        streams: streams.map((name) => {
          const { head, watermark, backlog } = progress.streams.get(name) ?? {}
          return { head, watermark, backlog }
        }),
        stores: places.map(({ store, partition }) => {
          const { position, pending } = progress.stores.get(store)?.[partition] ?? {}
          return { position, pending }
        }),
      },
      model: {
        streams: this.#model.streams.map(({ head, watermark, length }) => ({ head: head.now, watermark: watermark.now, backlog: length })),
        stores: this.#model.partitions.map(({ position, inbox }) => ({ position: position.now, pending: inbox.length })),
      },
    }
  }
}

const named = (pointer: Pointer): RealPointer =>
  'sequence' in pointer
    ? { kind: 'stage', stream: streams[pointer.stream] as string, sequence: pointer.sequence }
    : { kind: 'sum', ...(places[pointer.partition] as (typeof places)[number]), position: pointer.position }

const sorted = (pointers: readonly RealPointer[]) => pointers.map((pointer) => JSON.stringify(Object.entries(pointer).sort())).sort()
