import { none, some } from 'fp-ts/lib/Option.js'
import { checkBindings, ownOf } from '../../core/contract/check.ts'
import { isEncoded } from '../../core/contract/encoded.ts'
import { asService, type ServiceBinding } from '../../core/contract/service.ts'
import { messageOf } from '../../core/error.ts'
import type { Job } from '../../core/job.ts'
import { planOf } from '../../core/plan/index.ts'
import type { AnyStore, Plan } from '../../core/plan/plan.ts'
import type { Change, Pair } from '../../core/producer/producer.ts'
import { type Executor, executorOf } from '../../core/run/executor.ts'
import { mergeNode, type StoreDelta } from '../../core/run/result.ts'
import type { AnySlot } from '../../core/slot/slot.ts'
import { batchesOf } from './batches.ts'
import type { MemoryDeadLetter, MemoryInputs, MemoryOptions, MemoryResult } from './types.ts'

export interface MemoryApp<R extends AnySlot> {
  readonly plan: Plan
  readonly run: (inputs: MemoryInputs<R>) => Promise<MemoryResult<R>>
}

/**
 * Runs jobs in this process, to the end of their inputs: for tests, for files, and as the readable meaning of a job.
 *
 * ```ts
 * import { codec, job, source, store } from 'tanager'
 * import { sum } from 'tanager/algebra'
 * import { memory } from 'tanager/memory'
 *
 * const words = source('words', { item: codec.string })
 * const counts = store('counts', { key: codec.string, sum })
 * const wordCount = job('word-count', words.map((w) => [w, 1] as const).sumByKey(counts))
 *
 * const { stores } = await memory().on(wordCount).run({ words: ['a', 'b', 'a'] })
 * // stores.counts is Map { 'a' => 2, 'b' => 1 }
 * ```
 */
export function memory({ batchSize, rules }: MemoryOptions = {}) {
  return {
    on: <R extends AnySlot>(job: Job<R>): MemoryApp<R> => {
      const plan = planOf(job, rules === undefined ? {} : { rules })
      return {
        plan,
        run: async (inputs) => new Run(job, plan, ownOf(inputs), batchSize).toEnd() as Promise<MemoryResult<R>>,
      }
    },
  }
}

class Run {
  readonly #plan: Plan
  readonly #inputs: Readonly<Record<string, unknown>>
  readonly #batchSize: number | undefined
  readonly #executors: ReadonlyMap<string, Executor>
  readonly #stores: ReadonlyMap<string, MemoryStore>
  readonly #sinks: ReadonlyMap<string, unknown[]>
  readonly #deadLetters: MemoryDeadLetter[] = []
  readonly #seen = new Map<string, number>()

  constructor(job: Job, plan: Plan, inputs: Readonly<Record<string, unknown>>, batchSize: number | undefined) {
    this.#plan = plan
    this.#inputs = inputs
    this.#batchSize = batchSize
    checkBindings(job, inputs, ['source', 'service'])
    const services = new Map(plan.services.map(({ name }) => [name, asService(name, inputs[name] as ServiceBinding<unknown, unknown>)]))
    const service = (name: string) => services.get(name) as ReturnType<typeof asService>
    this.#executors = new Map(plan.streams.map(({ name }) => [name, executorOf(plan, name, service)]))
    this.#stores = new Map(
      plan.stores.map(({ slot }) => [slot.name, new MemoryStore(slot, inputs[slot.name] as ReadonlyMap<unknown, unknown>)]),
    )
    this.#sinks = new Map(plan.sinks.map(({ name }) => [name, []]))
  }

  async toEnd(): Promise<unknown> {
    for (const { name, from } of this.#plan.streams) {
      if (from !== 'source') continue
      const input = this.#inputs[name]
      for await (const records of batchesOf(name, input, this.#batchSize)) await this.#batch(name, records, isEncoded(input))
    }
    return {
      stores: Object.fromEntries([...this.#stores].map(([name, store]) => [name, store.presented()])),
      sinks: Object.fromEntries(this.#sinks),
      deadLetters: this.#deadLetters,
    }
  }

  /** One batch through one stage, and what it changed through the stages after it. */
  async #batch(stream: string, records: readonly unknown[], encoded = false): Promise<void> {
    const result = await (this.#executors.get(stream) as Executor).run({ records, encoded })
    const offset = this.#seen.get(stream) ?? 0
    this.#seen.set(stream, offset + records.length)
    for (const dead of result.deadLetters) this.#deadLetters.push({ stream, ...dead, index: offset + dead.index })
    for (const { sink, items } of result.writes) for (const item of items) this.#write(sink, item)
    for (const delta of result.sums) {
      const { slot, emits } = this.#plan.stores.find(({ slot }) => slot.name === delta.store) as Plan['stores'][number]
      const changes = (this.#stores.get(slot.name) as MemoryStore).merge(delta, (record, error) =>
        this.#deadLetters.push({ stream: slot.name, node: mergeNode, index: 0, record, error: messageOf(error) }),
      )
      if (emits && changes.length > 0) await this.#batch(slot.name, changes)
    }
  }

  #write(sink: string, item: unknown): void {
    ;(this.#sinks.get(sink) as unknown[]).push(item)
    const bound = this.#inputs[sink]
    if (typeof bound === 'function') bound(item)
  }
}

type Changed = Pair<unknown, Change<unknown>>

/** A store: what a merge answers is each key's value just before, and what was merged. */
class MemoryStore {
  readonly #slot: AnyStore
  readonly #cells = new Map<string, { readonly key: unknown; value: unknown }>()

  constructor(slot: AnyStore, initial: ReadonlyMap<unknown, unknown> = new Map()) {
    this.#slot = slot
    for (const [key, value] of initial) this.#cells.set(slot.key.encode(key), { key, value })
  }

  /** @param refused is told of a delta that the aggregation throws on: the key keeps its value */
  merge({ keys, encodedKeys, values, encodedValues }: StoreDelta, refused: (delta: string, error: unknown) => void): readonly Changed[] {
    const { semigroup, isEmpty } = this.#slot.sum
    const changes: Changed[] = []
    for (const [i, text] of encodedKeys.entries()) {
      const delta = values[i]
      const cell = this.#cells.get(text)
      try {
        const before = cell === undefined ? none : some(cell.value)
        const total = cell === undefined ? delta : semigroup.concat(cell.value, delta)
        if (isEmpty?.(total)) this.#cells.delete(text)
        else if (cell === undefined) {
          const key = copyOf(text)
          this.#cells.set(key, { key: this.#slot.key.decode(key), value: total })
        } else cell.value = total
        changes.push([keys[i], { before, delta }])
      } catch (error) {
        refused(JSON.stringify([text, encodedValues[i]]), error)
      }
    }
    return changes
  }

  presented(): ReadonlyMap<unknown, unknown> {
    const { present } = this.#slot.sum
    return new Map([...this.#cells.values()].map(({ key, value }) => [key, present(value)]))
  }
}

/**
 * A text of its own. One that was cut out of a longer text keeps all of that in memory: each key of a file, a chunk of the
 * file. V8 does so from 13 characters on.
 */
const copyOf = (text: string): string => (text.length < 13 ? text : JSON.parse(JSON.stringify(text)))
