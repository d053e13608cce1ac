import { none, some } from 'fp-ts/lib/Option.js'
import type { Json } from '../../core/codec/codec.ts'
import { asService, type ServiceBinding } from '../../core/contract/service.ts'
import type { Job } from '../../core/job.ts'
import { planOf } from '../../core/plan/index.ts'
import type { AnyStore, Plan } from '../../core/plan/plan.ts'
import { type Executor, executorOf } from '../../core/run/executor.ts'
import type { StoreDelta } from '../../core/run/result.ts'
import type { Material } from './material.ts'

/** Told of each value a job has come to, once it is known how it is written. */
export interface Witness {
  /** Of what a source or a sink was given. */
  readonly item?: (slot: string, item: unknown, text: string) => void
  readonly key?: (store: AnyStore, key: unknown, text: string) => void
  /** Of what was to be merged into a store. */
  readonly delta?: (store: AnyStore, delta: unknown, written: Json) => void
  /** Of what a key has come to, after each merge of two. */
  readonly total?: (store: AnyStore, total: unknown) => void
}

/** Runs a job for the values in it: over every record by itself, so that none is merged before it was seen. */
export async function see(job: Job, { records, bound }: Material, witness: Witness): Promise<void> {
  const run = new Run(job, bound, witness)
  for (const [source, texts] of records) await run.feed(source, texts)
}

class Run {
  readonly #job: Job
  readonly #plan: Plan
  readonly #witness: Witness
  readonly #executors: ReadonlyMap<string, Executor>
  readonly #totals = new Map<string, unknown>()

  constructor(job: Job, bound: Readonly<Record<string, unknown>>, witness: Witness) {
    const plan = planOf(job)
    this.#job = job
    // Told of every element, an executor answers each value by itself instead of what they come to.
    this.#plan = { ...plan, stores: plan.stores.map((store) => ({ ...store, emit: 'every' })) }
    this.#witness = witness
    const service = (name: string) => asService(name, bound[name] as ServiceBinding<unknown, unknown>)
    this.#executors = new Map(plan.streams.map(({ name }) => [name, executorOf(this.#plan, name, service)]))
  }

  async feed(source: string, texts: readonly string[]): Promise<void> {
    const slot = this.#job.slots.get(source)
    for (const text of texts) {
      if (slot?.kind !== 'source') continue
      try {
        this.#witness.item?.(source, slot.item.decode(text), text)
      } catch {
        // A record that cannot be read is the job's dead letter, and none of its values.
      }
    }
    if (this.#executors.has(source)) await this.#batch(source, texts, true)
  }

  async #batch(stream: string, records: readonly unknown[], encoded: boolean): Promise<void> {
    const { sums, writes } = await (this.#executors.get(stream) as Executor).run({ records, encoded })
    for (const { sink, items, encoded: texts } of writes) {
      for (const [i, item] of items.entries()) this.#witness.item?.(sink, item, texts[i] as string)
    }
    for (const delta of sums) await this.#sum(delta)
  }

  async #sum({ store, keys, encodedKeys, values, encodedValues }: StoreDelta): Promise<void> {
    const { slot, emits } = this.#plan.stores.find(({ slot }) => slot.name === store) as Plan['stores'][number]
    const changes: unknown[] = []
    for (const [i, delta] of values.entries()) {
      this.#witness.key?.(slot, keys[i], encodedKeys[i] as string)
      this.#witness.delta?.(slot, delta, encodedValues[i] as Json)
      const at = JSON.stringify([store, encodedKeys[i]])
      const before = this.#totals.has(at) ? some(this.#totals.get(at)) : none
      try {
        const total = before._tag === 'None' ? delta : slot.sum.semigroup.concat(before.value, delta)
        this.#totals.set(at, total)
        if (before._tag === 'Some') this.#witness.total?.(slot, total)
        changes.push([keys[i], { before, delta }])
      } catch {
        // Whether values can be merged is for others to judge; here they are only seen.
      }
    }
    if (!emits) return
    if (changes.length > 0) await this.#batch(store, changes, false)
  }
}
