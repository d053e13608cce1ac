import type { Service } from '../contract/service.ts'
import { messageOf, TanagerError } from '../error.ts'
import { facts } from '../graph/node.ts'
import type { Push } from '../graph/operator.ts'
import type { Plan, StagePlan, StorePlan, StreamPlan } from '../plan/plan.ts'
import { type Collector, sumCollector, WriteCollector } from './collector.ts'
import { type Compiled, compile, type Output, type Trace } from './compile.ts'
import { Effects } from './effects.ts'
import { type Generated, generate } from './generate.ts'
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

/**
 * @param services answers a service of the plan by its name
 * @param options `generated: false` composes closures even where code could be generated; both mean the same
 */
export function executorOf(
  plan: Plan,
  streamName: string,
  services: (name: string) => Service<unknown, unknown>,
  options: { readonly generated?: boolean } = {},
): Executor {
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
  const generated = barriers || options.generated === false ? undefined : generate(stage)

  async function attempt(batch: Batch, lastAttempt: boolean, strict: boolean): Promise<BatchResult> {
    const sums = stores.map(sumCollector)
    const writes = sinks.map((sink) => new WriteCollector(sink))
    const pass = new Pass(stage as StagePlan, stream as StreamPlan, batch, [...sums, ...writes], (outputs, record, traced) =>
      compile(stage as StagePlan, outputs, record, { services, patience: { lastAttempt }, traced, strict: strict || traced }),
    )
    await (barriers ? pass.throughBarriers() : pass.straight(strict ? undefined : generated))
    try {
      const written = { sums: sums.map((sum) => sum.finish()), writes: writes.map((write) => write.finish()) }
      const time = Number.isNaN(pass.eventTime) ? {} : { eventTime: pass.eventTime }
      return { records: batch.records.length, ...written, deadLetters: pass.deadLetters, ...time }
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

/** Composes the stage over outputs; `traced` where it must be known which step throws, which it then does as strictly as can be. */
type Compile = (outputs: readonly Output[], record: Trace, traced: boolean) => Compiled

/** One way of one batch through one stage. */
class Pass {
  readonly deadLetters: DeadRecord[] = []
  readonly #stage: StagePlan
  readonly #stream: StreamPlan
  readonly #batch: Batch
  readonly #collectors: readonly Collector[]
  readonly #compile: Compile
  readonly #record: Trace = { index: 0, time: Number.NaN, at: 0 }
  readonly #dead = new Set<number>()
  #latest = Number.NaN

  constructor(stage: StagePlan, stream: StreamPlan, batch: Batch, collectors: readonly Collector[], compiled: Compile) {
    this.#stage = stage
    this.#stream = stream
    this.#batch = batch
    this.#collectors = collectors
    this.#compile = compiled
  }

  /** The latest event time seen; NaN where none was asked for. */
  get eventTime(): number {
    return this.#latest
  }

  /** Record by record: effects go straight to their outputs, and are taken back where the record throws after all. */
  straight(generated: Generated | undefined): void {
    const { records } = this.#batch
    const record = this.#record
    const push = generated === undefined ? this.#composed(record, false) : generated(record, this.#collectors)
    const element = this.#reader(record)
    for (let i = 0; i < records.length; i++) {
      record.index = i
      try {
        push(element(records[i]))
      } catch (error) {
        this.#takeBack(i)
        this.#bury(i, ...this.#whoThrew(i, error))
      }
    }
  }

  /** Step by step: what reaches a barrier waits there for the whole batch. Effects are applied at the end. */
  async throughBarriers(): Promise<void> {
    const { records } = this.#batch
    const record = this.#record
    const effects = new Effects()
    const outputs = this.#collectors.map(
      (_, output): Output =>
        (key, value) =>
          effects.add(output, key, value, record.index),
    )
    const { push, barriers } = this.#compile(outputs, record, true)
    const element = this.#reader(record)
    const each = (index: number, act: () => void) => {
      record.index = index
      try {
        act()
      } catch (error) {
        this.#bury(index, this.#stepId(record.at), error)
      }
    }
    for (let i = 0; i < records.length; i++) {
      each(i, () => {
        record.at = 0
        push(element(records[i]))
      })
    }
    const isDead = (index: number) => this.#dead.has(index)
    for (const { step, barrier } of barriers) {
      const one = (index: number, time: number, act: () => void) => {
        record.time = time
        record.at = step
        each(index, act)
      }
      await barrier.flush(one, isDead)
    }
    for (const line of effects.inOrder()) {
      const index = effects.record[line] as number
      if (isDead(index)) continue
      const output = effects.output[line] as number
      try {
        ;(this.#collectors[output] as Collector).add(effects.key[line], effects.value[line], index)
      } catch (error) {
        this.#takeBack(index)
        this.#bury(index, this.#outputStep(output), error)
      }
    }
    this.deadLetters.sort((a, b) => a.index - b.index)
  }

  /** What makes a record of this batch an element: decoding, where it comes from a log, and noting its time, where someone asks. */
  #reader(record: Trace): (raw: unknown) => unknown {
    const { timestamp, item } = this.#stream
    const decode = this.#batch.encoded ? (item.decode as (raw: unknown) => unknown) : (raw: unknown) => raw
    if (timestamp === undefined) return decode
    return (raw) => {
      const element = decode(raw)
      record.time = timeOf(timestamp(element))
      if (!(record.time <= this.#latest)) this.#latest = record.time
      return element
    }
  }

  #composed(record: Trace, traced: boolean): Push {
    const outputs = this.#collectors.map(
      (collector): Output =>
        (key, value) =>
          collector.add(key, value, record.index),
    )
    return this.#compile(outputs, record, traced).push
  }

  #takeBack(index: number): void {
    for (const collector of this.#collectors) collector.undo(index)
  }

  /**
   * Lets the record fail once more, watched: functions are pure, so it fails in the same place; or in an earlier one, if
   * there it has something that cannot be written. So what is said of a record never depends on its batch.
   */
  #whoThrew(index: number, thrown: unknown): readonly [node: string, error: unknown] {
    const watched: Trace = { index, time: Number.NaN, at: 0 }
    const push = this.#composed(watched, true)
    try {
      push(this.#reader(watched)(this.#batch.records[index]))
      return [this.#stepId(0), thrown]
    } catch (error) {
      return [this.#stepId(watched.at), error]
    } finally {
      this.#takeBack(index)
    }
  }

  #stepId(at: number): string {
    return (this.#stage.steps[at] as StagePlan['steps'][number]).id
  }

  #outputStep(output: number): string {
    const { stores, sinks, steps } = this.#stage
    const name = [...stores, ...sinks][output]
    return (
      steps.find(({ node }, i) => i > 0 && (node.kind === 'sum' || node.kind === 'write') && node.slot.name === name)?.id ?? this.#stepId(0)
    )
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
