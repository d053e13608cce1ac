import { addedTo, bytesOf, merge, scratch, sumOf } from './batch.ts'
import type { Bits, Cell, Cells, List } from './cells.ts'
import type { Committed, Merged, Read } from './log.ts'
import type { Partition } from './partition.ts'
import type { Parts } from './parts.ts'

/** What a worker does next. */
export const at = { idle: 0, commitStage: 1, readValues: 2, commitSum: 3, tell: 4, more: 5, finish: 6, extra: 7 } as const

/** What one worker has in hand: one job at a time. */
export class Worker {
  readonly who: string
  readonly at: Cell
  readonly job: Cell
  /** Set once its job was given to another: it goes on, but cannot put the job away. */
  readonly lost: Cell
  readonly batch: Cell
  /** Of the batch it has read, or of the last entry. */
  readonly stamp: Cell
  readonly position: Cell
  readonly entries: List
  readonly values: List
  readonly left: Cell
  readonly toTell: Bits
  /** Set once its commit was executed and its connection cut: the client sends it again. */
  readonly unheard: Cell

  constructor(who: string, cells: Cells, { configuration, jobs, capacity }: Parts) {
    this.who = who
    this.at = cells.cell()
    this.job = cells.cell()
    this.lost = cells.cell()
    this.batch = cells.cell()
    this.stamp = cells.cell()
    this.position = cells.cell()
    this.entries = cells.list(configuration.slice)
    this.values = cells.list(Math.max(...configuration.partitions.map((shape) => bytesOf(shape, capacity))))
    this.left = cells.cell()
    this.toTell = cells.bits(jobs.count)
    this.unheard = cells.cell()
  }

  get isIdle(): boolean {
    return this.at.now === at.idle
  }

  /** Puts what it has in hand out of mind. */
  forget(): void {
    this.batch.now = 0
    this.stamp.now = 0
    this.position.now = 0
    this.entries.clear()
    this.values.clear()
    this.left.now = 0
    this.toTell.clear()
    this.unheard.now = 0
  }

  rest(): void {
    this.forget()
    this.at.now = at.idle
    this.job.now = 0
    this.lost.now = 0
  }
}

/** The batch it has read. */
export const readBy = ({ batch, stamp }: Worker): Read => ({ batch: batch.now, stamp: stamp.now })

type Step = (worker: Worker) => void

/** What workers do with a job, step by step: `stage.ts` and `drain.ts`. From one step to the next, anything may happen. */
export class Program {
  readonly steps: Step[] = []
  readonly #parts: Parts
  readonly #merged: List

  constructor(parts: Parts) {
    this.#parts = parts
    this.#merged = scratch(parts.capacity * 2)
    this.steps[at.commitStage] = (worker) => this.commitStage(worker)
    this.steps[at.readValues] = (worker) => this.readValues(worker)
    this.steps[at.commitSum] = (worker) => this.commitSum(worker)
    this.steps[at.tell] = (worker) => this.tell(worker)
    this.steps[at.more] = (worker) => this.readInbox(worker)
    this.steps[at.finish] = (worker) => this.finish(worker)
  }

  /** Taking a job and the first read are one step: before it has read, a worker knows nothing that could be wrong. */
  begin(worker: Worker, job: number): void {
    const { log, queue, jobs, story, name } = this.#parts
    queue.take(job)
    worker.job.now = job
    const pointer = jobs.get(job)
    if ('position' in pointer) {
      this.readInbox(worker)
      return
    }
    const { batch, stamp } = log.read(log.stream(pointer.stream), pointer.sequence)
    worker.batch.now = batch
    worker.stamp.now = stamp
    worker.at.now = batch === 0 ? at.finish : at.commitStage
    story.tell?.(`${worker.who} takes ${jobs.name(job)} and reads ${name(batch)}`)
  }

  commitStage(worker: Worker): void {
    const { jobs, story, name } = this.#parts
    const committed = this.stage(worker)
    story.tell?.(`${worker.who} commits ${name(worker.batch.now)} as ${jobs.name(worker.job.now)}: ${committed.status}`)
    if (committed.status === 'full') {
      this.putOff(worker)
      return
    }
    worker.forget()
    if (committed.status === 'committed') this.told(worker, committed.woken)
    this.tellOr(worker, at.finish)
  }

  /** What Redis is asked, and nothing else. */
  stage(worker: Worker): Committed {
    const { stream, sequence } = this.stageOf(worker)
    const batch = worker.batch.now
    return this.#parts.log.commitStage(stream, sequence, readBy(worker), (partition) => this.adds(partition, batch))
  }

  /** Notes which drains are to be told of. */
  told(worker: Worker, woken: readonly number[]): void {
    const { log, jobs } = this.#parts
    for (const partition of woken) worker.toTell.add(jobs.sum(partition, log.partition(partition).position.now))
  }

  readInbox(worker: Worker): void {
    worker.forget()
    this.readEntries(worker)
    worker.at.now = worker.entries.length === 0 ? at.finish : at.readValues
  }

  readEntries(worker: Worker): void {
    const { configuration, log, jobs, story, name } = this.#parts
    const partition = this.partitionOf(worker)
    const { inbox, position } = partition
    worker.entries.copy(inbox, configuration.slice)
    if (worker.entries.length > 0) {
      worker.position.now = position.now
      worker.stamp.now = log.last(partition, worker.entries.length).stamp
    }
    story.tell?.(`${worker.who} reads the inbox for ${jobs.name(worker.job.now)}: at ${position.now}, ${name(sumOf(worker.entries))}`)
  }

  readValues(worker: Worker): void {
    const { log, story, name } = this.#parts
    const values = log.valuesAt(this.partitionOf(worker), worker.position.now)
    if (values === undefined) {
      story.tell?.(`${worker.who} reads no values: the inbox is not at ${worker.position.now} any more`)
      worker.forget()
      worker.at.now = at.finish
      return
    }
    worker.values.copy(values)
    worker.at.now = at.commitSum
    story.tell?.(`${worker.who} reads the values: ${name(sumOf(worker.values))}`)
  }

  commitSum(worker: Worker): void {
    const { log, jobs, story } = this.#parts
    const { partition } = this.sumOf(worker)
    const { shape } = log.partition(partition)
    const merged = this.sum(worker)
    story.tell?.(`${worker.who} commits the sum for ${jobs.name(worker.job.now)}, read at ${worker.position.now}: ${merged.status}`)
    if (merged.status === 'full') {
      this.putOff(worker)
      return
    }
    worker.forget()
    if (merged.status === 'committed') {
      if (merged.sequence > 0) worker.toTell.add(jobs.stage(shape.emits as number, merged.sequence))
      if (merged.left) {
        worker.left.now = 1
        worker.position.now = merged.position
      }
    }
    this.tellOr(worker, merged.status === 'committed' && merged.left ? at.more : at.finish)
  }

  /** What Redis is asked, and nothing else. */
  sum(worker: Worker): Merged {
    const { log } = this.#parts
    const { partition } = this.sumOf(worker)
    const { entries, position, stamp } = worker
    const count = entries.length
    const last = { entry: entries.get(count - 1), place: position.now + count - 1, stamp: stamp.now }
    const output = log.partition(partition).shape.emits === undefined ? 0 : sumOf(entries)
    return log.commitSum(partition, { position: position.now, count, last, values: this.merged(worker), output })
  }

  /** What it has read of the values, with what it has read of the inbox merged in. */
  merged(worker: Worker): List {
    this.#merged.copy(worker.values)
    merge(this.partitionOf(worker).shape, this.#merged, worker.entries)
    return this.#merged
  }

  tellOr(worker: Worker, next: number): void {
    worker.at.now = worker.toTell.isEmpty ? next : at.tell
  }

  tell(worker: Worker): void {
    this.#parts.tell(worker.who, worker.toTell)
    worker.at.now = worker.left.now === 1 ? at.more : at.finish
  }

  /** Instead of reading on: the turn is over, and the rest is another job's. False if there is no rest. */
  turnOver(worker: Worker): boolean {
    if (worker.at.now !== at.more) return false
    const { queue, jobs, story } = this.#parts
    const next = jobs.sum(this.sumOf(worker).partition, worker.position.now)
    story.tell?.(`${worker.who} has had its turn and tells the queue of ${jobs.name(next)}`)
    queue.add(next)
    worker.forget()
    worker.at.now = at.finish
    return true
  }

  /** Done. If the job is another's by now, BullMQ does not take the word of who had it before. */
  finish(worker: Worker): void {
    const { queue, jobs, story } = this.#parts
    story.tell?.(`${worker.who} has done ${jobs.name(worker.job.now)}${worker.lost.now === 1 ? ', which is not its own any more' : ''}`)
    if (worker.lost.now === 0) queue.forget(worker.job.now)
    worker.rest()
  }

  putOff(worker: Worker): void {
    if (worker.lost.now === 0) this.#parts.queue.putBack(worker.job.now)
    worker.rest()
  }

  adds(partition: number, batch: number): number {
    return addedTo(this.#parts.log.partition(partition).shape, batch)
  }

  stageOf(worker: Worker) {
    return this.#parts.jobs.get(worker.job.now) as { readonly stream: number; readonly sequence: number }
  }

  sumOf(worker: Worker) {
    return this.#parts.jobs.get(worker.job.now) as { readonly partition: number; readonly position: number }
  }

  partitionOf(worker: Worker): Partition {
    return this.#parts.log.partition(this.sumOf(worker).partition)
  }
}
