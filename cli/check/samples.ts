import { servicesOf } from '../deployment.ts'
import type { Loaded } from '../module.ts'
import type { Records } from './records.ts'
import type { AnyAggregation, AnyCodec } from './thing.ts'

/** How many values that differ are kept of anything. */
const most = 500

/** Values as the job has them, found by running it over some records: they tell of what no codec can. */
export class Samples {
  readonly #values = new Map<object, Map<string, unknown>>()

  of(used: AnyCodec | AnyAggregation): readonly unknown[] {
    return [...(this.#values.get(used)?.values() ?? [])]
  }

  /** @param text what is the same for values that are */
  keep(used: AnyCodec | AnyAggregation, text: string, value: unknown): void {
    const kept = this.#values.get(used) ?? new Map<string, unknown>()
    this.#values.set(used, kept)
    if (kept.size < most && !kept.has(text)) kept.set(text, value)
  }
}

export async function samplesOf(loaded: Loaded, records: Records): Promise<Samples> {
  const samples = new Samples()
  if (records.size === 0) return samples
  const { job } = loaded
  const { see } = await import('../../testing/simulate/seen.ts')
  await see(
    job,
    { records, bound: servicesOf(loaded) },
    {
      item: (name, item, text) => {
        const slot = job.slots.get(name)
        if (slot !== undefined && 'item' in slot) samples.keep(slot.item, text, item)
      },
      key: ({ key: codec }, key, text) => samples.keep(codec, text, key),
      delta: ({ sum }, delta, written) => {
        const text = JSON.stringify(written)
        samples.keep(sum, text, delta)
        samples.keep(sum.codec, text, delta)
      },
    },
  )
  return samples
}
