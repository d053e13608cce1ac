import { messageOf, TanagerError } from '../error.ts'
import type { Push } from '../graph/operator.ts'
import type { StagePlan, StreamPlan } from '../plan/plan.ts'
import type { Each } from './barrier.ts'
import type { Collector } from './collector.ts'
import type { Compiled, Output, Trace } from './compile.ts'
import { Effects } from './effects.ts'
import type { Generated, Loop } from './generate.ts'
import type { DeadRecord } from './result.ts'
import type { Watch } from './watch.ts'

/** The records of one batch: values, or what was read from a log and is still to be decoded. */
export interface Batch {
  readonly records: readonly unknown[]
  readonly encoded: boolean
}

/** Why a record is not to be run. */
export interface Verdict {
  /** The step that is to blame, if it is known. */
  readonly node?: string
  readonly error: unknown
}

/**
 * How closely to look: `strict` finds the record whose key or item cannot be written, `careful` also the one on which a
 * function does not come to an end.
 */
export type Look = 'fast' | 'strict' | 'careful'

/** A record, looked at carefully, on which a function went on for too long. What the pass has done so far is worth nothing. */
export class Stuck extends Error {
  readonly index: number
  readonly verdict: Verdict

  constructor(index: number, verdict: Verdict) {
    super('stuck', { cause: verdict.error })
    this.index = index
    this.verdict = verdict
  }
}

/** Composes the stage over outputs; `traced` where it must be known which step throws, which it then does as strictly as can be. */
type Compile = (outputs: readonly Output[], record: Trace, traced: boolean) => Compiled

export interface PassParts {
  readonly stage: StagePlan
  readonly stream: StreamPlan
  readonly batch: Batch
  readonly condemned: ReadonlyMap<number, Verdict>
  readonly look: Look
  readonly watch: Watch
  /** How to run all of a batch, as long as the look is not careful. */
  readonly run: Watch['run']
  /** The stage's stores, in order, then its sinks. */
  readonly collectors: readonly Collector[]
  readonly compile: Compile
}

/** One way of one batch through one stage. */
export class Pass {
  readonly deadLetters: DeadRecord[] = []
  readonly #parts: PassParts
  readonly #record: Trace = { index: 0, time: Number.NaN, at: 0 }
  readonly #dead = new Set<number>()
  #latest = Number.NaN

  constructor(parts: PassParts) {
    this.#parts = parts
  }

  /** The latest event time seen; NaN where none was asked for. */
  get eventTime(): number {
    return this.#latest
  }

  /** Record by record: effects go straight to their outputs, and are taken back where the record throws after all. */
  async straight(generated: Generated | undefined): Promise<void> {
    const { batch, collectors, condemned, look, run } = this.#parts
    const { records } = batch
    const record = this.#record
    if (look === 'careful') return this.#carefully()
    const loop = generated === undefined || look !== 'fast' ? this.#loop(record) : generated(record, collectors)
    const read = this.#reader(record)
    const skips = condemned.size === 0 ? undefined : (i: number) => this.#buryCondemned(i)
    const failed = (i: number, error: unknown) => {
      this.#takeBack(i)
      this.#bury(i, ...this.#whoThrew(i, error))
    }
    run(() => loop(records, { read, failed, skips }))
  }

  /** What the generated loop does, with closures. */
  #loop(record: Trace): Loop {
    const push = this.#composed(record, false)
    return (records, { read, failed, skips }) => {
      for (let i = 0; i < records.length; i++) {
        if (skips?.(i)) continue
        record.index = i
        try {
          push(read(records[i]))
        } catch (error) {
          failed(i, error)
        }
      }
    }
  }

  /** The same, each record by itself and under watch. */
  async #carefully(): Promise<void> {
    const { batch, watch } = this.#parts
    const record = this.#record
    const push = this.#composed(record, true)
    const element = this.#reader(record)
    for (let i = 0; i < batch.records.length; i++) {
      if (this.#buryCondemned(i)) continue
      record.index = i
      record.at = 0
      try {
        this.#watched(() => push(element(batch.records[i])))
      } catch (error) {
        if (error instanceof Stuck) throw error
        this.#takeBack(i)
        this.#bury(i, this.#stepId(record.at), error)
      }
      await watch.breathe()
    }
  }

  /** Step by step: what reaches a barrier waits there for the whole batch. Effects are applied at the end. */
  async throughBarriers(): Promise<void> {
    const { batch, collectors, compile, look, run } = this.#parts
    const { records } = batch
    const record = this.#record
    const effects = new Effects()
    const outputs = collectors.map(
      (_, output): Output =>
        (key, value) =>
          effects.add(output, key, value, record.index),
    )
    const { push, barriers } = compile(outputs, record, true)
    const element = this.#reader(record)
    const begin = (raw: unknown) => push(element(raw))
    // In a careful look each record is watched by itself, otherwise all of them together.
    const all = look === 'careful' ? unwatchedRun : run
    const one = look === 'careful' ? this.#takeWatched : take
    const each = <A>(index: number, taking: (what: A) => void, what: A) => {
      record.index = index
      try {
        one(taking, what)
      } catch (error) {
        if (error instanceof Stuck) throw error
        this.#bury(index, this.#stepId(record.at), error)
      }
    }
    all(() => {
      for (let i = 0; i < records.length; i++) {
        if (this.#buryCondemned(i)) continue
        record.at = 0
        each(i, begin, records[i])
      }
    })
    const isDead = (index: number) => this.#dead.has(index)
    for (const { step, barrier } of barriers) {
      await barrier.ask(isDead)
      const at: Each = (index, time, taking, what) => {
        record.time = time
        record.at = step
        each(index, taking, what)
      }
      all(() => barrier.pass(at, isDead))
    }
    all(() => this.#apply(effects, one))
    this.deadLetters.sort((a, b) => a.index - b.index)
  }

  #apply(effects: Effects, one: Taking): void {
    const { collectors } = this.#parts
    const { output, key, value, record, inOrder } = effects
    const add = (line: number) => (collectors[output[line] as number] as Collector).add(key[line], value[line], record[line] as number)
    for (let i = 0; i < record.length; i++) {
      const line = inOrder === undefined ? i : (inOrder[i] as number)
      const index = record[line] as number
      if (this.#dead.has(index)) continue
      this.#record.index = index
      try {
        one(add, line)
      } catch (error) {
        if (error instanceof Stuck) throw error
        this.#takeBack(index)
        this.#bury(index, this.#outputStep(output[line] as number), error)
      }
    }
  }

  readonly #takeWatched: Taking = (taking, what) => this.#watched(() => taking(what))

  /** Runs something for the record at hand, and says so if it does not come to an end. */
  readonly #watched = (act: () => void): void => {
    try {
      this.#parts.watch.run(act)
    } catch (error) {
      if (!(error instanceof TanagerError && error.code === 'hung')) throw error
      throw new Stuck(this.#record.index, { node: this.#stepId(this.#record.at), error })
    }
  }

  #buryCondemned(index: number): boolean {
    const verdict = this.#parts.condemned.get(index)
    if (verdict === undefined) return false
    this.#bury(index, verdict.node ?? this.#stepId(0), verdict.error)
    return true
  }

  /** What makes a record of this batch an element: decoding, where it comes from a log, and noting its time, where someone asks. */
  #reader(record: Trace): (raw: unknown) => unknown {
    const { timestamp, item } = this.#parts.stream
    const decode = this.#parts.batch.encoded ? (item.decode as (raw: unknown) => unknown) : (raw: unknown) => raw
    if (timestamp === undefined) return decode
    return (raw) => {
      const element = decode(raw)
      record.time = timeOf(timestamp(element))
      if (!(record.time <= this.#latest)) this.#latest = record.time
      return element
    }
  }

  #composed(record: Trace, traced: boolean): Push {
    const outputs = this.#parts.collectors.map(
      (collector): Output =>
        (key, value) =>
          collector.add(key, value, record.index),
    )
    return this.#parts.compile(outputs, record, traced).push
  }

  #takeBack(index: number): void {
    for (const collector of this.#parts.collectors) collector.undo(index)
  }

  /**
   * Lets the record fail once more, watched: functions are pure, so it fails in the same place; or in an earlier one, if
   * there it has something that cannot be written. So what is said of a record never depends on its batch.
   */
  #whoThrew(index: number, thrown: unknown): readonly [node: string, error: unknown] {
    const watched: Trace = { index, time: Number.NaN, at: 0 }
    const push = this.#composed(watched, true)
    try {
      push(this.#reader(watched)(this.#parts.batch.records[index]))
      return [this.#stepId(0), thrown]
    } catch (error) {
      return [this.#stepId(watched.at), error]
    } finally {
      this.#takeBack(index)
    }
  }

  #stepId(at: number): string {
    return (this.#parts.stage.steps[at] as StagePlan['steps'][number]).id
  }

  #outputStep(output: number): string {
    const { stores, sinks, steps } = this.#parts.stage
    const name = [...stores, ...sinks][output]
    return (
      steps.find(({ node }, i) => i > 0 && (node.kind === 'sum' || node.kind === 'write') && node.slot.name === name)?.id ?? this.#stepId(0)
    )
  }

  #bury(index: number, node: string, error: unknown): void {
    if (this.#dead.has(index)) return
    this.#dead.add(index)
    this.deadLetters.push({ node, index, record: this.#textOf(this.#parts.batch.records[index]), error: messageOf(error) })
  }

  #textOf(raw: unknown): string {
    if (this.#parts.batch.encoded) return raw as string
    try {
      return this.#parts.stream.item.encode(raw)
    } catch {
      return String(raw)
    }
  }
}

/** Has something taken, in whatever way: with what to take beside it, so that nothing has to be made for each record. */
type Taking = <A>(taking: (what: A) => void, what: A) => void

const take: Taking = (taking, what) => taking(what)

const unwatchedRun = <A>(work: () => A): A => work()

function timeOf(time: number): number {
  if (Number.isFinite(time)) return time
  throw new TanagerError('no-event-time', 'a timestamp must be a number of milliseconds', { value: time })
}
