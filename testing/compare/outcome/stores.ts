import type { AnyStore } from '../../../core/plan/plan.ts'
import type { Outcome } from '../../platform/platform.ts'
import { same } from '../same.ts'
import { shown } from '../shown.ts'
import type { StoreComparison } from './determined.ts'
import { type Sorted, valuesOf, versus } from './difference.ts'
import type { Settings } from './options.ts'
import { alikeIn } from './values.ts'

/** What two stores do not have in common, key by key. */
export function storeDifferences(store: StoreComparison, expected: Outcome, actual: Outcome, settings: Settings): readonly Sorted[] {
  const { slot } = store
  const { names } = settings
  const alike = alikeIn(settings, slot.name)
  const cells = new Map<string, Cell>()
  for (const [key, value] of expected.stores[slot.name] ?? []) cells.set(slot.key.encode(key), { key, expected: { is: value } })
  for (const [key, value] of actual.stores[slot.name] ?? []) {
    const text = slot.key.encode(key)
    cells.set(text, { ...(cells.get(text) ?? { key }), actual: { is: value } })
  }
  return [...cells].flatMap(([text, cell]): readonly Sorted[] => {
    const { key, expected: left, actual: right } = cell
    if (left !== undefined && right !== undefined && alike(left.is, right.is)) return []
    const [a, b] = wordsOf(cell)
    const hint = hintOf(store, cell)
    return [
      {
        slot: slot.name,
        kind: 'store',
        order: text,
        key,
        ...(left === undefined ? {} : { expected: left.is }),
        ...(right === undefined ? {} : { actual: right.is }),
        sentence: `store ${slot.name}, key ${shown(key)}: ${versus(names, a, b)}`,
        ...(hint === undefined ? {} : { hint }),
      },
    ]
  })
}

interface Cell {
  readonly key: unknown
  readonly expected?: { readonly is: unknown }
  readonly actual?: { readonly is: unknown }
}

const noKey = 'no such key'

function wordsOf({ expected, actual }: Cell): readonly [string, string] {
  if (expected !== undefined && actual !== undefined) return valuesOf(expected.is, actual.is)
  return [expected === undefined ? noKey : shown(expected.is), actual === undefined ? noKey : shown(actual.is)]
}

function hintOf({ slot, passing, suspicions }: StoreComparison, { expected, actual }: Cell): string | undefined {
  const only = expected === undefined ? actual : actual === undefined ? expected : undefined
  if (passing && only !== undefined && isNothing(slot, only.is)) {
    return `${slot.name} is fed from changes, and a key may pass through it or not, as batches fall: let it go of what comes to ${shown(only.is)}, as sparseSum does`
  }
  return suspicions.length === 0 ? undefined : suspicions.join('; ')
}

/** Whether a value says no more than none, to a store that keeps it all the same. */
function isNothing({ sum }: AnyStore, value: unknown): boolean {
  return sum.isEmpty === undefined && (value === 0 || ('empty' in sum && same(sum.present(sum.empty), value)))
}
