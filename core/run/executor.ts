import { messageOf, TanagerError } from '../error.ts'
import { facts } from '../graph/node.ts'
import type { Service } from '../contract/service.ts'
import type { Plan, StagePlan, StorePlan, StreamPlan } from '../plan/plan.ts'
import { type Collector, sumCollector, WriteCollector } from './collector.ts'
import { type Compiled, compile, type Trace } from './compile.ts'
import { Effects } from './effects.ts'
import type { BatchResult, DeadRecord } from './result.ts'

/** The records of one batch: values, or what was read from a log and is still to be decoded. */
export interface Batch {
  readonly records: readonly unknown[]
  readonly encoded: boolean
}

export interface RunOptions {
  /** True if this batch will not be tried again; then a rejected mapAsync costs its record instead of the attempt. */
  readonly lastAttempt?: boolean
}

/** Runs one stage over micro-batches, the same way on every platform. It keeps nothing from one batch to the next. */
export interface Executor {
  readonly stage: StagePlan
  readonly stream: StreamPlan
  /**
   * @throws TanagerError `service` or `retry` where the batch should be tried again as a whole, `overflow` where a sum of
   * good records cannot be written.
   */
  readonly run: (batch: Batch, options?: RunOptions) => Promise<BatchResult>
}

/** @param services answers a service of the plan by its name */
export function executorOf(plan: Plan, streamName: string, services: (name: string) => Service<unknown, unknown>): Executor {
  const at = plan.streams.findIndex(({ name }) => name === streamName)
  const stream = plan.streams[at]
  const stage = plan.stages[at]
  if (stream === undefined || stage === undefined) {
    throw new TanagerError('unknown-slot', `job ${plan.job} reads no stream ${streamName}`, {
      allowed: plan.streams.map(({ name }) => name).join(', '),
    })
  }
  const stores = stage.stores.map((name) => plan.stores.find(({ slot }) => slot.name === name) as StorePlan)
  const sinks = stage.sinks.map((name) => plan.sinks.find((sink) => sink.name === name) as Plan['sinks'][number])
  const barriers = stage.steps.some(({ node }) => facts[node.kind].barrier)

  async function attempt(batch: Batch, lastAttempt: boolean, strict: boolean): Promise<BatchResult> {
    const sums = stores.map(sumCollector)
    const writes = sinks.map((sink) => new WriteCollector(sink))
    const pass = new Pass(stage as StagePlan, stream as StreamPlan, batch, [...sums, ...writes], (effects, record, traced) =>
      compile(stage as StagePlan, effects, record, { services, patience: { lastAttempt }, traced, strict }),
    )
    await (barriers ? pass.throughBarriers() : pass.straight())
    try {
      const written = { sums: sums.map((sum) => sum.finish()), writes: writes.map((write) => write.finish()) }
      return { records: batch.records.length, ...written, deadLetters: pass.deadLetters }
    } catch (error) {
      throw new Unwritable(error)
    }
  }

  return {
    stage,
    stream,
    run: async (batch, { lastAttempt = true } = {}) => {
      try {
        return await attempt(batch, lastAttempt, false)
      } catch (error) {
        if (!(error instanceof Unwritable)) throw error
      }
      // Some key or value cannot be written. Whose it was is not known any more, so the batch runs again, looking closer.
      try {
        return await attempt(batch, lastAttempt, true)
      } catch (error) {
        if (!(error instanceof Unwritable)) throw error
        const { cause } = error
        throw new TanagerError('overflow', `a batch of ${streamName}: each value can be written, their sum cannot (${messageOf(cause)})`, {
          cause,
          remedy: 'Give the store an aggregation whose codec holds the totals, such as sumBigInt.',
        })
      }
    },
  }
}

/** A codec, perhaps the user's own, refused something at the end of a batch. */
class Unwritable extends Error {
  constructor(cause: unknown) {
    super('unwritable', { cause })
  }
}

/** One way of one batch through one stage. */
class Pass {
  readonly deadLetters: DeadRecord[] = []
  readonly #stage: StagePlan
  readonly #stream: StreamPlan
  readonly #batch: Batch
  readonly #collectors: readonly Collector[]
  readonly #compile: (effects: Effects, record: Trace, traced: boolean) => Compiled
  readonly #effects = new Effects()
  readonly #record: Trace = { index: 0, time: Number.NaN, at: 0 }
  readonly #dead = new Set<number>()

  constructor(
    stage: StagePlan,
    stream: StreamPlan,
    batch: Batch,
    collectors: readonly Collector[],
    compiled: (effects: Effects, record: Trace, traced: boolean) => Compiled,
  ) {
    this.#stage = stage
    this.#stream = stream
    this.#batch = batch
    this.#collectors = collectors
    this.#compile = compiled
  }

  /** Record by record, each applied as soon as it is through. */
  straight(): void {
    const { records, encoded } = this.#batch
    const effects = this.#effects
    const record = this.#record
    const { push } = this.#compile(effects, record, false)
    const { timestamp } = this.#stream
    const decode = this.#stream.item.decode as (text: unknown) => unknown
    for (let i = 0; i < records.length; i++) {
      record.index = i
      try {
        const element = encoded ? decode(records[i]) : records[i]
        if (timestamp !== undefined) record.time = timeOf(timestamp(element))
        push(element)
      } catch (error) {
        effects.size = 0
        this.#bury(i, this.#whoThrew(i), error)
        continue
      }
      this.#apply(0, effects.size)
      effects.size = 0
    }
  }

  /** Step by step: what reaches a barrier waits there for the whole batch. Effects are applied at the end, in the order of the records. */
  async throughBarriers(): Promise<void> {
    const { records, encoded } = this.#batch
    const record = this.#record
    const { push, barriers } = this.#compile(this.#effects, record, true)
    const decode = this.#stream.item.decode as (text: unknown) => unknown
    const { timestamp } = this.#stream
    const each = (index: number, time: number, act: () => void) => {
      record.index = index
      record.time = time
      try {
        act()
      } catch (error) {
        this.#bury(index, this.#stepId(record.at), error)
      }
    }
    for (let i = 0; i < records.length; i++) {
      each(i, Number.NaN, () => {
        record.at = 0
        const element = encoded ? decode(records[i]) : records[i]
        if (timestamp !== undefined) record.time = timeOf(timestamp(element))
        push(element)
      })
    }
    const isDead = (index: number) => this.#dead.has(index)
    for (const { step, barrier } of barriers) {
      await barrier.flush((index, time, act) => {
        record.at = step
        each(index, time, act)
      }, isDead)
    }
    const of = this.#effects.record
    const order = Array.from({ length: this.#effects.size }, (_, i) => i).sort((a, b) => (of[a] as number) - (of[b] as number))
    for (let from = 0, to = 0; from < order.length; from = to) {
      const index = of[order[from] as number]
      while (to < order.length && of[order[to] as number] === index) to++
      if (!isDead(index as number)) this.#apply(from, to, order)
    }
    this.deadLetters.sort((a, b) => a.index - b.index)
  }

  /** Applies the effects of one record: lines `from` to `to` of the journal, or of `order`, which names lines. All of them, or, where an aggregation throws, none. */
  #apply(from: number, to: number, order?: readonly number[]): void {
    const { output, key, value, record } = this.#effects
    for (let i = from; i < to; i++) {
      const line = order === undefined ? i : (order[i] as number)
      const collector = this.#collectors[output[line] as number] as Collector
      const index = record[line] as number
      try {
        collector.add(key[line], value[line], index)
      } catch (error) {
        for (const each of this.#collectors) each.undo(index)
        this.#bury(index, this.#outputStep(output[line] as number), error)
        return
      }
    }
  }

  #outputStep(output: number): string {
    const store = this.#stage.stores[output]
    const step = this.#stage.steps.find(({ node }, i) => i > 0 && node.kind === 'sum' && node.slot.name === store)
    return step?.id ?? this.#stage.stream
  }

  /** Lets the record fail once more, watched: functions are pure, so it fails in the same place. */
  #whoThrew(index: number): string {
    const watched: Trace = { index, time: Number.NaN, at: 0 }
    const { push } = this.#compile(new Effects(), watched, true)
    try {
      const raw = this.#batch.records[index]
      const element = this.#batch.encoded ? this.#stream.item.decode(raw as string) : raw
      if (this.#stream.timestamp !== undefined) watched.time = timeOf(this.#stream.timestamp(element))
      push(element)
      watched.at = 0
    } catch {
      // As expected; `watched.at` is where.
    }
    return this.#stepId(watched.at)
  }

  #stepId(at: number): string {
    return (this.#stage.steps[at] as StagePlan['steps'][number]).id
  }

  #bury(index: number, node: string, error: unknown): void {
    if (this.#dead.has(index)) return
    this.#dead.add(index)
    this.deadLetters.push({ node, index, record: this.#textOf(this.#batch.records[index]), error: messageOf(error) })
  }

  #textOf(raw: unknown): string {
    if (this.#batch.encoded) return raw as string
    try {
      return this.#stream.item.encode(raw)
    } catch {
      return String(raw)
    }
  }
}

function timeOf(time: number): number {
  if (Number.isFinite(time)) return time
  throw new TanagerError('no-event-time', 'a timestamp must be a number of milliseconds', { value: time })
}

