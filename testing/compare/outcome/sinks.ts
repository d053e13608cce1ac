import { assertNever } from '../../../core/error.ts'
import type { AnySink, AnyStore } from '../../../core/plan/plan.ts'
import type { Change, Pair } from '../../../core/producer/producer.ts'
import type { Outcome } from '../../platform/platform.ts'
import { shown } from '../shown.ts'
import { evenedOut, unevenOf } from './bag.ts'
import type { Comparison, SinkComparison } from './determined.ts'
import { howMany, type Sorted, valuesOf, versus } from './difference.ts'
import type { Settings } from './options.ts'
import { alikeIn } from './values.ts'

type Changed = Pair<unknown, Change<unknown>>

/** What two sinks do not have in common, of what every platform must agree on. */
export function sinkDifferences(
  { slot, comparison }: Comparison['sinks'][number],
  expected: Outcome,
  actual: Outcome,
  settings: Settings,
): readonly Sorted[] {
  const sides: Sides = {
    left: expected.sinks[slot.name] ?? [],
    right: actual.sinks[slot.name] ?? [],
    // A record that was refused has written nothing: then even what is written as it is depends on what fell together.
    refused: (stream) => [expected, actual].some(({ deadLetters }) => deadLetters.some((dead) => dead.stream === stream)),
  }
  const equals = settings.equals.get(slot.name)
  if (equals !== undefined) return asAsked(slot, sides, settings, equals)
  return byComparison(slot, comparison, sides, settings)
}

interface Sides {
  readonly left: readonly unknown[]
  readonly right: readonly unknown[]
  readonly refused: (stream: string) => boolean
}

function byComparison(slot: AnySink, comparison: SinkComparison, sides: Sides, settings: Settings): readonly Sorted[] {
  if (comparison.by === 'nothing') return []
  if (comparison.by === 'items') return itemDifferences(slot, sides, settings)
  const { by, store } = comparison
  if (sides.refused(store.name) || settings.except.has(store.name)) return []
  switch (by) {
    case 'deltas':
      return deltaDifferences(slot, store, sides, settings)
    case 'totals':
      return totalDifferences(slot, store, sides, settings)
    case 'keys':
      return keyDifferences(slot, store, sides, settings)
    default:
      return assertNever(by)
  }
}

function asAsked(
  slot: AnySink,
  { left, right }: Sides,
  { names }: Settings,
  equals: (a: unknown, b: unknown) => boolean,
): readonly Sorted[] {
  if (equals(left, right)) return []
  const [a, b] = valuesOf(left, right)
  const sentence = `sink ${slot.name}, as its equals says: ${versus(names, a, b)}`
  return [{ slot: slot.name, kind: 'sink', order: '', expected: left, actual: right, sentence }]
}

function itemDifferences(slot: AnySink, { left, right }: Sides, settings: Settings): readonly Sorted[] {
  const uneven = evenedOut(
    unevenOf(left, right, (item) => slot.item.encode(item)),
    alikeIn(settings, slot.name),
  )
  return uneven.map(({ item, text, expected, actual }) => ({
    slot: slot.name,
    kind: 'sink',
    order: text,
    key: item,
    expected,
    actual,
    sentence: `sink ${slot.name}, ${shown(item)}: ${versus(settings.names, howMany(expected), howMany(actual))}`,
  }))
}

function deltaDifferences(slot: AnySink, store: AnyStore, { left, right }: Sides, { names }: Settings): readonly Sorted[] {
  const textOf = ([key, { delta }]: Changed) => JSON.stringify([store.key.encode(key), store.sum.codec.toJson(delta)])
  return unevenOf(left as readonly Changed[], right as readonly Changed[], textOf).map(
    ({ item: [key, { delta }], text, expected, actual }) => ({
      slot: slot.name,
      kind: 'sink',
      order: text,
      key,
      expected,
      actual,
      sentence: `sink ${slot.name}, key ${shown(key)}, delta ${shown(delta)}: ${versus(names, howMany(expected), howMany(actual))}`,
    }),
  )
}

function totalDifferences(slot: AnySink, store: AnyStore, { left, right }: Sides, settings: Settings): readonly Sorted[] {
  const { present } = store.sum
  const alike = alikeIn(settings, store.name)
  const [expected, actual] = [totalsOf(store, left), totalsOf(store, right)]
  const texts = new Set([...expected.keys(), ...actual.keys()])
  return [...texts].flatMap((text): readonly Sorted[] => {
    const [one, other] = [expected.get(text), actual.get(text)]
    const key = (one ?? other)?.key
    const about = `sink ${slot.name}, changes of key ${shown(key)}`
    const common = { slot: slot.name, kind: 'sink', order: text, key } as const
    if (one === undefined || other === undefined) {
      const [a, b] = [one, other].map((side) => (side === undefined ? 'none' : shown(present(side.total)))) as [string, string]
      return [{ ...common, sentence: `${about}: ${versus(settings.names, a, b)}` }]
    }
    const [x, y] = [present(one.total), present(other.total)]
    if (alike(x, y)) return []
    const [a, b] = valuesOf(x, y)
    return [{ ...common, expected: x, actual: y, sentence: `${about}, all together: ${versus(settings.names, a, b)}` }]
  })
}

/** What the deltas of each key come to. A total that is let go of says no more than none. */
function totalsOf(
  { key: codec, sum }: AnyStore,
  items: readonly unknown[],
): ReadonlyMap<string, { readonly key: unknown; total: unknown }> {
  const totals = new Map<string, { readonly key: unknown; total: unknown }>()
  for (const [key, { delta }] of items as readonly Changed[]) {
    const text = codec.encode(key)
    const known = totals.get(text)
    if (known === undefined) totals.set(text, { key, total: delta })
    else known.total = sum.semigroup.concat(known.total, delta)
  }
  for (const [text, { total }] of totals) if (sum.isEmpty?.(total)) totals.delete(text)
  return totals
}

function keyDifferences(slot: AnySink, store: AnyStore, { left, right }: Sides, { names }: Settings): readonly Sorted[] {
  const keysOf = (items: readonly unknown[]) => new Map((items as readonly Changed[]).map(([key]) => [store.key.encode(key), key]))
  const [expected, actual] = [keysOf(left), keysOf(right)]
  const [one, other] = [[...expected].filter(([text]) => !actual.has(text)), [...actual].filter(([text]) => !expected.has(text))]
  const told = (there: boolean) => (there ? 'some' : 'none')
  return [...one, ...other].map(([text, key]) => ({
    slot: slot.name,
    kind: 'sink',
    order: text,
    key,
    sentence: `sink ${slot.name}, changes of key ${shown(key)}: ${versus(names, told(expected.has(text)), told(actual.has(text)))}`,
  }))
}
