import type { Appended } from '../../core/engine/log.ts'
import type { Cells, List } from './cells.ts'
import type { PartitionShape } from './configuration.ts'
import { Partition } from './partition.ts'
import { Stream } from './stream.ts'

export interface LogShape {
  readonly streams: number
  readonly partitions: readonly PartitionShape[]
  readonly writers: number
  readonly room: { readonly stream: number; readonly inbox: number }
  /** How many batches a stream ever has at most, and how many bytes the values of a partition are. */
  readonly capacity: number
  readonly values: (partition: PartitionShape) => number
}

/** Where there is work: a batch of a stream, or an inbox at a position. */
export type Pointer = { readonly stream: number; readonly sequence: number } | { readonly partition: number; readonly position: number }

/** A batch as it was read: 0 if it is not there. */
export interface Read {
  readonly batch: number
  readonly stamp: number
}

/** The last entry of a slice: its place among all there ever were, and its stamp. */
export interface Last {
  readonly entry: number
  readonly place: number
  readonly stamp: number
}

/** What a merge is of, and what it comes to. */
export interface Sum {
  readonly position: number
  readonly count: number
  readonly last: Last
  readonly values: List
  /** What changed, for who reads it; 0 for nothing. */
  readonly output: number
}

/** A batch under its writer's number. */
export interface Sent {
  readonly writer: number
  readonly number: number
  readonly batch: number
  readonly continues?: boolean
  /** The stamp by who sends it, if it was sent before. */
  readonly stamp?: number
}

export type Committed =
  /** `woken`: the partitions nobody has been told of. */
  { readonly status: 'committed'; readonly woken: readonly number[] } | { readonly status: 'already' } | { readonly status: 'full' }

export type Merged =
  /** `sequence`: of the output's batch, 0 if there is none. */
  | { readonly status: 'committed'; readonly position: number; readonly left: boolean; readonly sequence: number }
  | { readonly status: 'stale' }
  | { readonly status: 'full' }

const already: Committed = { status: 'already' }
const full = { status: 'full' } as const
const stale: Merged = { status: 'stale' }

/**
 * The log as its scripts have it: what `append.lua`, `commit-stage.lua`, `read-inbox.lua` and `commit-sum.lua` do, in their
 * order, with every length 1. A test plays both side by side. Each check is a method of its own, so that a mutation can
 * take it away.
 *
 * A stamp is one bit: whether what bears it was written in moments that Redis may lose. Whatever has the same number, or
 * the same place, and was written before is the same; whatever was written since the loss has 0. So it tells apart what
 * a stamp that is never given twice does, with the fewest states.
 */
export class Log {
  readonly streams: readonly Stream[]
  readonly partitions: readonly Partition[]
  readonly #room: LogShape['room']
  /** By stream, the places of the partitions it feeds. */
  readonly #fed: readonly (readonly number[])[]

  constructor(cells: Cells, { streams, partitions, writers, room, capacity, values }: LogShape) {
    this.streams = Array.from({ length: streams }, () => new Stream(cells, capacity, writers))
    this.partitions = partitions.map((shape) => new Partition(cells, shape, streams, capacity, values(shape)))
    this.#room = room
    this.#fed = this.streams.map((_, stream) => partitions.flatMap(({ fedBy }, place) => (fedBy.includes(stream) ? [place] : [])))
  }

  stream(place: number): Stream {
    return this.streams[place] as Stream
  }

  partition(place: number): Partition {
    return this.partitions[place] as Partition
  }

  /** The places of the partitions that a stream feeds. */
  fedBy(place: number): readonly number[] {
    return this.#fed[place] as readonly number[]
  }

  /** The stamp of whatever is written now. */
  get stamp(): number {
    return this.isAtStake() ? 1 : 0
  }

  /** Whether Redis may still lose what it writes now: never, unless it can go back. */
  isAtStake(): boolean {
    return false
  }

  append(stream: Stream, { writer, number, batch, continues = false, stamp = this.stamp }: Sent): Appended {
    const last = stream.lastNumber.get(writer)
    if (last !== 0) {
      if (this.isRepeated(number, last)) {
        return { status: 'repeated', sequence: number === last ? stream.lastSequence.get(writer) : stream.head.now }
      }
      if (this.isGap(number, last)) return { status: 'gap', last }
    } else if (this.isLost(continues)) return { status: 'gap', last: 0 }
    if (this.isFull(stream)) return full
    const sequence = this.enter(stream, batch, stamp)
    this.know(stream, writer, number, sequence)
    return { status: 'appended', sequence }
  }

  isRepeated(number: number, last: number): boolean {
    return number <= last
  }

  isGap(number: number, last: number): boolean {
    return number > last + 1
  }

  /** A writer nobody knows, whose batch before this one was accepted. */
  isLost(continues: boolean): boolean {
    return continues
  }

  isFull(stream: Stream): boolean {
    return stream.length >= this.#room.stream
  }

  enter(stream: Stream, batch: number, stamp: number): number {
    const sequence = stream.head.now + 1
    stream.head.now = sequence
    stream.entries.set(sequence, batch)
    if (stamp === 1) stream.stamps.add(sequence)
    stream.history.set(sequence, batch)
    return sequence
  }

  know(stream: Stream, writer: number, number: number, sequence: number): void {
    stream.lastNumber.set(writer, number)
    stream.lastSequence.set(writer, sequence)
  }

  read(stream: Stream, sequence: number): Read {
    return { batch: stream.entries.get(sequence), stamp: stream.stamps.has(sequence) ? 1 : 0 }
  }

  /**
   * @param read the batch as it was read
   * @param adds by partition, what the batch adds to it; 0 for nothing
   */
  commitStage(place: number, sequence: number, read: Read, adds: (partition: number) => number): Committed {
    const stream = this.stream(place)
    if (this.isMarked(stream, sequence)) return already
    const untold = this.untold(place)
    for (const at of this.fedBy(place)) {
      if (adds(at) !== 0 && !this.hasRoom(this.partition(at), stream, sequence)) return full
    }
    if (!this.take(stream, sequence, read)) return already
    this.push(place, sequence, adds)
    this.mark(place, sequence)
    return { status: 'committed', woken: untold.filter((at) => this.partition(at).isReady) }
  }

  isMarked(stream: Stream, sequence: number): boolean {
    return sequence <= stream.watermark.now || stream.ahead.has(sequence)
  }

  /** The partitions a stream feeds in which nothing is ready. */
  untold(place: number): readonly number[] {
    return this.fedBy(place).filter((at) => !this.partition(at).isReady)
  }

  hasRoom(partition: Partition, stream: Stream, sequence: number): boolean {
    if (partition.length < this.#room.inbox) return true
    return partition.shape.ordered && !partition.isReady && this.isNext(stream, sequence)
  }

  isNext(stream: Stream, sequence: number): boolean {
    return sequence === stream.watermark.now + 1
  }

  /** Takes a batch out; false if it is not there. */
  take(stream: Stream, sequence: number, read: Read): boolean {
    if (stream.entries.get(sequence) === 0 || !this.isIt(stream, sequence, read)) return false
    stream.entries.set(sequence, 0)
    stream.stamps.delete(sequence)
    return true
  }

  /** Whether the batch of a number has the id of the one that was read. One caller sends one batch, so it is that and the stamp. */
  isIt(stream: Stream, sequence: number, { batch, stamp }: Read): boolean {
    const now = this.read(stream, sequence)
    return now.batch === batch && now.stamp === stamp
  }

  push(place: number, sequence: number, adds: (partition: number) => number): void {
    const stream = this.stream(place)
    stream.committed.add(sequence)
    for (const at of this.fedBy(place)) {
      const delta = adds(at)
      if (delta === 0) continue
      const partition = this.partition(at)
      const row = partition.early[place]
      if (row !== undefined && !this.mayEnter(stream, sequence)) row.set(sequence, delta)
      else partition.add(delta, this.stamp)
    }
  }

  /** Whether a batch is added to an ordered inbox at once. */
  mayEnter(stream: Stream, sequence: number): boolean {
    return this.isNext(stream, sequence)
  }

  /** Marks a batch as committed, moves the watermark, and sets free what has waited for that. */
  mark(place: number, sequence: number): void {
    const stream = this.stream(place)
    const before = stream.watermark.now
    this.advance(stream, sequence)
    if (stream.watermark.now <= before + 1) return
    for (const at of this.fedBy(place)) {
      const partition = this.partition(at)
      const row = partition.early[place]
      if (row === undefined) continue
      for (const waiting of this.freed(stream.watermark.now)) {
        if (row.get(waiting) === 0) continue
        partition.add(row.get(waiting), this.stamp)
        row.set(waiting, 0)
      }
    }
  }

  advance(stream: Stream, sequence: number): void {
    if (!this.isNext(stream, sequence)) {
      stream.ahead.add(sequence)
      return
    }
    let watermark = sequence
    while (stream.ahead.delete(watermark + 1)) watermark += 1
    stream.watermark.now = watermark
  }

  /** The numbers that a watermark sets free, in the order in which what waits under them moves in. */
  freed(watermark: number): readonly number[] {
    return upTo(watermark)
  }

  /** The last of the first entries of an inbox. */
  last({ inbox, position, stamps }: Partition, count: number): Last {
    const place = position.now + count - 1
    return { entry: inbox.get(count - 1), place, stamp: stamps.has(place) ? 1 : 0 }
  }

  /** What a partition holds, for a merge; nothing if the position is another by now. */
  valuesAt({ values, position: now }: Partition, position: number): List | undefined {
    return now.now === position ? values : undefined
  }

  commitSum(at: number, { position, count, last, values, output }: Sum): Merged {
    const partition = this.partition(at)
    if (!this.isAt(partition, position)) return stale
    if (!this.isLast(partition, count, last)) return stale
    if (!this.hasRoomAfter(partition, output)) return full
    partition.values.copy(values)
    return { status: 'committed', ...this.trim(partition, count), sequence: this.passOn(partition, output) }
  }

  /** The fence of a partition. */
  isAt(partition: Partition, position: number): boolean {
    return partition.position.now === position
  }

  /** Whether the last entry merged is the one that was read: all before it were there when it was added. */
  isLast(partition: Partition, count: number, last: Last): boolean {
    const { entry, place, stamp } = this.last(partition, count)
    return count <= partition.inbox.length && entry === last.entry && place === last.place && stamp === last.stamp
  }

  hasRoomAfter({ shape }: Partition, output: number): boolean {
    return output === 0 || !this.isFull(this.stream(shape.emits as number))
  }

  trim(partition: Partition, count: number): { readonly position: number; readonly left: boolean } {
    const { inbox, position } = partition
    partition.drop(count)
    position.now += count
    return { position: position.now, left: inbox.length > 0 }
  }

  /** What is not done: numbers above a watermark that have no mark, and inboxes in which something is ready. */
  pending(): readonly Pointer[] {
    const batches = this.streams.flatMap(({ head, watermark, ahead }, stream) =>
      upTo(head.now).flatMap((sequence) => (sequence <= watermark.now || ahead.has(sequence) ? [] : [{ stream, sequence }])),
    )
    const drains = this.partitions.flatMap(({ isReady, position }, partition) => (isReady ? [{ partition, position: position.now }] : []))
    return [...batches, ...drains]
  }

  passOn({ shape }: Partition, output: number): number {
    return output === 0 ? 0 : this.enter(this.stream(shape.emits as number), output, this.stamp)
  }
}

const upTo = (last: number): readonly number[] => Array.from({ length: last }, (_, i) => i + 1)
