import { type Option, some } from 'fp-ts/lib/Option.js'
import type { AnyStore } from '../../../core/plan/plan.ts'
import type { Change } from '../../../core/producer/producer.ts'
import type { AnyOutcome } from './determined.ts'

/** A sink that was given a store's changes as they are. */
export interface EmissionSink {
  readonly sink: string
  readonly store: AnyStore
}

/**
 * The emission law: per key, the deltas concatenate to the stored value, and each `before` is the true total just before.
 * Answers what breaks it, as sentences.
 *
 * A sink promises no order, so the changes of a key are laid end to end: each leads from `before` to `before · delta`, and
 * they obey the law if all of them make one path from nothing to the stored value. That is so exactly if it could be
 * walked: every total is reached as often as it is left, but for the two ends, and nothing lies apart. A total that is
 * empty is not kept: there the path is back at nothing.
 *
 * ```ts
 * import { codec, job, sink, source, store } from 'tanager'
 * import { sum } from 'tanager/algebra'
 * import { memory } from 'tanager/memory'
 * import { emissionFaults } from 'tanager/testing'
 *
 * const words = source('words', { item: codec.string })
 * const counts = store('counts', { key: codec.string, sum })
 * const changes = sink('changes', { item: codec.json() })
 * const counted = job('counted', words.map((word) => [word, 1] as const).sumByKey(counts).write(changes))
 *
 * const outcome = await memory().on(counted).run({ words: ['a', 'b', 'a'] })
 * console.assert(emissionFaults({ sink: 'changes', store: counts }, outcome).length === 0)
 * ```
 */
export function emissionFaults({ sink, store }: EmissionSink, outcome: AnyOutcome): readonly string[] {
  const { key, sum } = store
  const stored = new Map([...(outcome.stores[store.name] ?? [])].map(([k, value]) => [key.encode(k), value]))
  const steps = new Map<string, Step[]>()
  for (const [k, { before, delta }] of (outcome.sinks[sink] ?? []) as readonly (readonly [unknown, Change<unknown>])[]) {
    const after = before._tag === 'None' ? delta : sum.semigroup.concat(before.value, delta)
    const step = { from: place(store, before), to: place(store, some(after)), after }
    const known = steps.get(key.encode(k))
    if (known === undefined) steps.set(key.encode(k), [step])
    else known.push(step)
  }
  return [...steps].flatMap(([text, changes]) => {
    const end = endOf(changes)
    if (end === undefined) {
      const path = changes.map(({ from, to }) => `${from} to ${to}`).join(', ')
      return [`${store.name}: the changes of ${text} are no path: ${path}`]
    }
    const shown = end.to === nothing ? nothing : JSON.stringify(sum.present(end.after))
    const held = stored.has(text) ? JSON.stringify(stored.get(text)) : nothing
    return shown === held ? [] : [`${store.name}: the changes of ${text} lead to ${shown}, but it holds ${held}`]
  })
}

interface Step {
  readonly from: string
  readonly to: string
  readonly after: unknown
}

const nothing = 'nothing'

const place = ({ sum }: AnyStore, total: Option<unknown>) =>
  total._tag === 'None' || sum.isEmpty?.(total.value) ? nothing : `=${sum.codec.encode(total.value)}`

/** Where the one path that uses each step once ends; nothing if there is no such path. */
function endOf(steps: readonly Step[]): Step | undefined {
  const surplus = new Map<string, number>()
  const onwards = new Map<string, string[]>()
  for (const { from, to } of steps) {
    surplus.set(from, (surplus.get(from) ?? 0) - 1)
    surplus.set(to, (surplus.get(to) ?? 0) + 1)
    onwards.set(from, [...(onwards.get(from) ?? []), to])
  }
  const uneven = [...surplus].filter(([, count]) => count !== 0)
  const closed = uneven.length === 0 && surplus.has(nothing)
  if (!closed && (uneven.length !== 2 || surplus.get(nothing) !== -1)) return undefined
  const seen = new Set<string>()
  const open = [nothing]
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    if (seen.has(at)) continue
    seen.add(at)
    open.push(...(onwards.get(at) ?? []))
  }
  const [end] = uneven.find(([, count]) => count === 1) ?? [nothing]
  return steps.some(({ from }) => !seen.has(from)) ? undefined : steps.find(({ to }) => to === end)
}
