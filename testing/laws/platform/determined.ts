import type { Semigroup } from 'fp-ts/lib/Semigroup.js'
import type { Codec } from '../../../core/codec/codec.ts'
import { assertNever } from '../../../core/error.ts'
import type { AnySink, AnyStore } from '../../../core/plan/plan.ts'
import type { Change } from '../../../core/producer/producer.ts'
import type { AnySlot } from '../../../core/slot/slot.ts'

/**
 * What of a sink is the same on every platform:
 * - `items`: everything, as a bag;
 * - `fold`: what its pairs come to under each key, in whatever pieces they were written; `zeros` tells whether a key that
 *   comes to zero counts as there;
 * - `keys`: which keys there are;
 * - `changes` of a store: every delta, where it tells of every element; else which keys it told of; where even that is open
 *   (a key that comes to zero may never have been there), nothing. What holds of them besides is the emission law
 *   (`emission.ts`).
 */
export type SinkComparison =
  | { readonly by: 'items'; readonly slot: AnySink }
  | {
      readonly by: 'fold'
      readonly slot: AnySink
      readonly key: Codec<unknown>
      readonly semigroup: Semigroup<unknown>
      readonly zeros: boolean
    }
  | { readonly by: 'keys'; readonly slot: AnySink; readonly key: Codec<unknown> }
  | { readonly by: 'changes'; readonly slot: AnySink; readonly store: AnyStore; readonly determined: 'deltas' | 'keys' | 'nothing' }

/** What of a job's outcome does not depend on how a platform cuts and orders its work. */
export interface Comparison {
  readonly stores: readonly { readonly slot: AnyStore; readonly zeros: boolean }[]
  readonly sinks: readonly SinkComparison[]
}

/** As much of what a run leaves behind as is compared: a Map for each store, an array for each sink. */
export interface AnyOutcome {
  readonly stores: Readonly<Record<string, ReadonlyMap<unknown, unknown>>>
  readonly sinks: Readonly<Record<string, readonly unknown[]>>
  readonly deadLetters: readonly { readonly stream: string; readonly record: string }[]
}

/** Values by the text of their keys, in order. */
export type Cells = readonly (readonly [key: string, value: unknown])[]

/** What every platform must agree on, as plain sorted data. */
export interface Determined {
  readonly stores: Readonly<Record<string, Cells>>
  /** Values by key where only what they come to is determined; else texts. */
  readonly sinks: Readonly<Record<string, Cells | readonly string[]>>
  readonly deadLetters: readonly string[]
}

/**
 * An outcome cut down to what every platform must agree on: the platform law is that two of them are equal.
 *
 * ```ts
 * import { deepStrictEqual } from 'node:assert/strict'
 * import fc from 'fast-check'
 * import { memory } from 'tanager/memory'
 * import { determined, randomJobs } from 'tanager/testing'
 *
 * const ways = [memory({ batchSize: 1 }), memory({ batchSize: 100 })]
 * await fc.assert(
 *   fc.asyncProperty(await randomJobs(), async ({ job, inputs, comparison }) => {
 *     const [one, other] = await Promise.all(
 *       ways.map(async (way) => determined(job, comparison, await way.on(job).run(inputs as never))),
 *     )
 *     deepStrictEqual(one, other)
 *   }),
 * )
 * ```
 *
 * @param comparison of a job from `randomJobs`: nobody else knows what is determined
 */
export function determined(
  { slots }: { readonly slots: ReadonlyMap<string, AnySlot> },
  comparison: Comparison,
  outcome: AnyOutcome,
): Determined {
  return {
    stores: Object.fromEntries(
      comparison.stores.map(({ slot, zeros }) => {
        const cells = [...(outcome.stores[slot.name] ?? [])].map(([key, value]) => [slot.key.encode(key), value] as const)
        return [slot.name, byKey(cells.filter(([, value]) => zeros || value !== 0))]
      }),
    ),
    sinks: Object.fromEntries(comparison.sinks.map((sink) => [sink.slot.name, sinkOf(sink, outcome.sinks[sink.slot.name] ?? [])])),
    deadLetters: deadLettersOf(slots, outcome.deadLetters),
  }
}

function sinkOf(sink: SinkComparison, items: readonly unknown[]): Cells | readonly string[] {
  switch (sink.by) {
    case 'items':
      return items.map(sink.slot.item.encode).sort()
    case 'keys':
      return keysOf(sink.key, items)
    case 'fold': {
      const folded = new Map<string, unknown>()
      for (const [key, value] of items as readonly (readonly [unknown, unknown])[]) {
        const text = sink.key.encode(key)
        folded.set(text, folded.has(text) ? sink.semigroup.concat(folded.get(text), value) : value)
      }
      return byKey([...folded].filter(([, value]) => sink.zeros || value !== 0))
    }
    case 'changes': {
      const { key, sum } = sink.store
      if (sink.determined === 'nothing') return []
      if (sink.determined === 'keys') return keysOf(key, items)
      return (items as readonly (readonly [unknown, Change<unknown>])[])
        .map(([k, { delta }]) => `${key.encode(k)} ${sum.codec.encode(delta)}`)
        .sort()
    }
    default:
      return assertNever(sink)
  }
}

const keysOf = (key: Codec<unknown>, pairs: readonly unknown[]) =>
  [...new Set(pairs.map((pair) => key.encode((pair as readonly [unknown])[0])))].sort()

const byKey = <A>(cells: readonly (readonly [string, A])[]) => [...cells].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))

/** Of a source each dead record counts; of a store's changes, how many there were is the platform's business, so only their keys do. */
function deadLettersOf(slots: ReadonlyMap<string, AnySlot>, deadLetters: AnyOutcome['deadLetters']): readonly string[] {
  const ofSources = deadLetters.filter(({ stream }) => slots.get(stream)?.kind === 'source')
  const ofStores = deadLetters.filter(({ stream }) => slots.get(stream)?.kind === 'store')
  const keys = new Set(ofStores.map(({ stream, record }) => `${stream} ${(JSON.parse(record) as readonly string[])[0]}`))
  return [...ofSources.map(({ stream, record }) => `${stream} ${record}`), ...keys].sort()
}
