import { none, some } from 'fp-ts/lib/Option.js'
import { asService } from '../../core/contract/service.ts'
import type { Job } from '../../core/job.ts'
import { planOf } from '../../core/plan/index.ts'
import type { Plan } from '../../core/plan/plan.ts'
import { type Executor, executorOf } from '../../core/run/executor.ts'
import type { StoreDelta } from '../../core/run/result.ts'
import { servicesOf } from '../deployment.ts'
import { usage } from '../fault.ts'
import type { Loaded } from '../module.ts'
import { linesOf } from '../records.ts'
import { type FedSource, readingOf, sourceOf, sourcesOf } from '../sources.ts'
import type { AnyAggregation, AnyCodec } from './thing.ts'

/** How many records are read of each source, and how many values that differ are kept of anything. */
const mostRecords = 5000
const mostValues = 500

/** Values as the job has them, found by running it over some records: they tell of what no codec can. */
export class Samples {
  readonly #values = new Map<object, Map<string, unknown>>()
  records = 0

  of(used: AnyCodec | AnyAggregation): readonly unknown[] {
    return [...(this.#values.get(used)?.values() ?? [])]
  }

  /** @param text what is the same for values that are */
  keep(used: AnyCodec | AnyAggregation, text: string, value: unknown): void {
    const kept = this.#values.get(used) ?? new Map<string, unknown>()
    this.#values.set(used, kept)
    if (kept.size < mostValues && !kept.has(text)) kept.set(text, value)
  }
}

/** @param given what `--source NAME=FILE` said, so many times */
export async function samplesOf(loaded: Loaded, given: readonly string[]): Promise<Samples> {
  const samples = new Samples()
  const sources = fedSources(loaded.job, given)
  if (sources.length === 0) return samples
  const run = new SampleRun(loaded, samples)
  for (const source of sources) await run.feed(source)
  if (samples.records === 0)
    throw usage('there are no records to take values from', { value: given.join(' '), allowed: 'files with records in them' })
  return samples
}

/** As for `tanager run`, but not every source needs a file. */
function fedSources(job: Job, given: readonly string[]): readonly FedSource[] {
  const names = new Set(given.filter((each) => each.includes('=')).map((each) => sourceOf(job, each.slice(0, each.indexOf('='))).name))
  return sourcesOf({ ...job, slots: new Map([...job.slots].filter(([name]) => names.has(name))) }, given)
}

class SampleRun {
  readonly #plan: Plan
  readonly #samples: Samples
  readonly #executors: ReadonlyMap<string, Executor>
  readonly #totals = new Map<string, unknown>()

  constructor(loaded: Loaded, samples: Samples) {
    const plan = planOf(loaded.job)
    // Told of every element, an executor answers each value by itself instead of what they come to.
    this.#plan = { ...plan, stores: plan.stores.map((store) => ({ ...store, emit: 'every' })) }
    this.#samples = samples
    const bound = servicesOf(loaded)
    const service = (name: string) => asService(name, bound[name] as never)
    this.#executors = new Map(plan.streams.map(({ name }) => [name, executorOf(this.#plan, name, service)]))
  }

  async feed({ slot, files }: FedSource): Promise<void> {
    let left = mostRecords
    for (const file of files) {
      for await (const block of linesOf(file, readingOf(slot))) {
        const records = block.slice(0, left)
        left -= records.length
        this.#samples.records += records.length
        for (const text of records) this.#keepDecoded(slot.item, text)
        await this.#batch(slot.name, records, true)
        if (left === 0) return
      }
    }
  }

  #keepDecoded(codec: AnyCodec, text: string): void {
    try {
      this.#samples.keep(codec, text, codec.decode(text))
    } catch {
      // A record that cannot be read is the job's dead letter, and none of our values.
    }
  }

  async #batch(stream: string, records: readonly unknown[], encoded: boolean): Promise<void> {
    const { sums, writes } = await (this.#executors.get(stream) as Executor).run({ records, encoded })
    for (const { sink, items, encoded: texts } of writes) {
      const slot = this.#plan.sinks.find(({ name }) => name === sink)
      for (const [i, item] of items.entries()) if (slot !== undefined) this.#samples.keep(slot.item, texts[i] as string, item)
    }
    for (const delta of sums) await this.#sum(delta)
  }

  async #sum({ store, keys, encodedKeys, values, encodedValues }: StoreDelta): Promise<void> {
    const { slot, emits } = this.#plan.stores.find(({ slot }) => slot.name === store) as Plan['stores'][number]
    const changes: unknown[] = []
    for (const [i, delta] of values.entries()) {
      this.#samples.keep(slot.key, encodedKeys[i] as string, keys[i])
      this.#samples.keep(slot.sum, JSON.stringify(encodedValues[i]), delta)
      this.#samples.keep(slot.sum.codec, JSON.stringify(encodedValues[i]), delta)
      if (!emits) continue
      const at = JSON.stringify([store, encodedKeys[i]])
      const before = this.#totals.has(at) ? some(this.#totals.get(at)) : none
      try {
        this.#totals.set(at, before._tag === 'None' ? delta : slot.sum.semigroup.concat(before.value, delta))
        changes.push([keys[i], { before, delta }])
      } catch {
        // Whether values can be merged is what is checked; here they are only collected.
      }
    }
    if (changes.length > 0) await this.#batch(store, changes, false)
  }
}
