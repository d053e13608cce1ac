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

  append(stream: Stream, writer: number, number: number, batch: number): Appended {
    const last = stream.lastNumber.get(writer)
    if (last !== 0) {
      if (this.isRepeated(number, last)) {
        return { status: 'repeated', sequence: number === last ? stream.lastSequence.get(writer) : stream.head.now }
      }
      if (this.isGap(number, last)) return { status: 'gap', last }
    }
    if (this.isFull(stream)) return full
    const sequence = this.enter(stream, batch)
    this.know(stream, writer, number, sequence)
    return { status: 'appended', sequence }
  }

  isRepeated(number: number, last: number): boolean {
    return number <= last
  }

  isGap(number: number, last: number): boolean {
    return number > last + 1
  }

  isFull(stream: Stream): boolean {
    return stream.length >= this.#room.stream
  }

  enter(stream: Stream, batch: number): number {
    const sequence = stream.head.now + 1
    stream.head.now = sequence
    stream.entries.set(sequence, batch)
    stream.history.set(sequence, batch)
    return sequence
  }

  know(stream: Stream, writer: number, number: number, sequence: number): void {
    stream.lastNumber.set(writer, number)
    stream.lastSequence.set(writer, sequence)
  }

  /** The batch, 0 if it is not there. */
  read(stream: Stream, sequence: number): number {
    return stream.entries.get(sequence)
  }

  /** @param adds by partition, what the batch adds to it; 0 for nothing */
  commitStage(place: number, sequence: number, adds: (partition: number) => number): Committed {
    const stream = this.stream(place)
    if (this.isMarked(stream, sequence)) return already
    const untold = this.untold(place)
    for (const at of this.fedBy(place)) {
      if (adds(at) !== 0 && !this.hasRoom(this.partition(at), stream, sequence)) return full
    }
    if (!this.take(stream, sequence)) return already
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
  take(stream: Stream, sequence: number): boolean {
    if (stream.entries.get(sequence) === 0) return false
    stream.entries.set(sequence, 0)
    return true
  }

  push(place: number, sequence: number, adds: (partition: number) => number): void {
    const stream = this.stream(place)
    stream.committed.add(sequence)
    for (const at of this.fedBy(place)) {
      const delta = adds(at)
      if (delta === 0) continue
      const { inbox, early } = this.partition(at)
      const row = early[place]
      if (row !== undefined && !this.mayEnter(stream, sequence)) row.set(sequence, delta)
      else inbox.push(delta)
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
      const { early, inbox } = this.partition(at)
      const row = early[place]
      if (row === undefined) continue
      for (const waiting of this.freed(stream.watermark.now)) {
        if (row.get(waiting) === 0) continue
        inbox.push(row.get(waiting))
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

  /** @param output what changed, for who reads it; 0 for nothing */
  commitSum(at: number, position: number, count: number, values: List, output: number): Merged {
    const partition = this.partition(at)
    if (!this.isAt(partition, position)) return stale
    if (!this.hasRoomAfter(partition, output)) return full
    partition.values.copy(values)
    return { status: 'committed', ...this.trim(partition, count), sequence: this.passOn(partition, output) }
  }

  /** The fence of a partition. */
  isAt(partition: Partition, position: number): boolean {
    return partition.position.now === position
  }

  hasRoomAfter({ shape }: Partition, output: number): boolean {
    return output === 0 || !this.isFull(this.stream(shape.emits as number))
  }

  trim({ inbox, position }: Partition, count: number): { readonly position: number; readonly left: boolean } {
    inbox.drop(count)
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
    return output === 0 ? 0 : this.enter(this.stream(shape.emits as number), output)
  }
}

const upTo = (last: number): readonly number[] => Array.from({ length: last }, (_, i) => i + 1)
