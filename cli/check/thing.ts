import type { Aggregation } from '../../core/algebra/aggregation.ts'
import { type Codec, formatOf } from '../../core/codec/codec.ts'
import type { Job } from '../../core/job.ts'

// biome-ignore-start lint/suspicious/noExplicitAny: slots erased; codecs and aggregations are invariant in their types.
export type AnyCodec = Codec<any>
export type AnyAggregation = Aggregation<any, any, any>
// biome-ignore-end lint/suspicious/noExplicitAny: see above

/** Something that has laws, and where in the job it is used. */
export type Thing = { readonly id: string; readonly at: readonly string[] } & (
  | { readonly check: 'aggregation'; readonly aggregation: AnyAggregation }
  | { readonly check: 'codec'; readonly codec: AnyCodec }
  | { readonly check: 'job'; readonly job: Job }
)

/** What a job is made of. */
export type Part = Exclude<Thing, { readonly check: 'job' }>

/** All that a job uses, each once: one codec may write the keys of many stores. */
export function partsOf(job: Job): readonly Part[] {
  const aggregations = new Map<AnyAggregation, string[]>()
  const codecs = new Map<AnyCodec, string[]>()
  const note = <A>(places: Map<A, string[]>, used: A, at: string) => places.set(used, [...(places.get(used) ?? []), at])
  for (const slot of job.slots.values()) {
    const place = `${slot.kind} ${slot.name}`
    if (slot.kind === 'store') {
      note(aggregations, slot.sum, place)
      note(codecs, slot.key, `keys of ${place}`)
      note(codecs, slot.sum.codec, `values of ${place}`)
    } else if (slot.kind === 'service') {
      note(codecs, slot.key, `keys of ${place}`)
      note(codecs, slot.value, `values of ${place}`)
    } else note(codecs, slot.item, place)
  }
  return [
    ...[...aggregations].map(([aggregation, at]) => ({ check: 'aggregation', id: aggregation.id, at, aggregation }) as const),
    ...[...codecs].map(([codec, at]) => ({ check: 'codec', id: formatOf(codec), at, codec }) as const),
  ]
}
