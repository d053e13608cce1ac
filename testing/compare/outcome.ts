import type { Job } from '../../core/job.ts'
import type { Outcome } from '../platform/platform.ts'
import { deadLetterDifferences } from './outcome/dead-letters.ts'
import { comparisonOf } from './outcome/determined.ts'
import type { Difference, Sorted } from './outcome/difference.ts'
import { type CompareOptions, type Settings, settingsOf } from './outcome/options.ts'
import { sinkDifferences } from './outcome/sinks.ts'
import { storeDifferences } from './outcome/stores.ts'

export type { Difference } from './outcome/difference.ts'
export type { CompareOptions } from './outcome/options.ts'

/** Something of a job that is not compared, or not all of it, and why. */
export interface Uncompared {
  readonly slot: string
  readonly reason: string
}

/**
 * What two outcomes of one job do not have in common, of what every platform must agree on: ordered by slot, then by key.
 * Nothing is left out for being much; `told` cuts.
 *
 * @throws TanagerError `invalid-option`
 */
export function differencesOf(job: Job, expected: Outcome, actual: Outcome, options: CompareOptions = {}): readonly Difference[] {
  const settings = settingsOf(job, options)
  const { stores, sinks } = comparisonOf(job)
  const { except } = settings
  const found: Sorted[] = [
    ...stores.filter(({ slot }) => !except.has(slot.name)).flatMap((store) => storeDifferences(store, expected, actual, settings)),
    ...sinks.filter(({ slot }) => !except.has(slot.name)).flatMap((sink) => sinkDifferences(sink, expected, actual, settings)),
    ...deadLetterDifferences(job, expected, actual, settings),
  ]
  return found.sort(bySlotThenKey).map(({ order, ...difference }) => difference)
}

/**
 * Refuses options that name what is not there, before anything is run.
 *
 * @throws TanagerError `invalid-option`
 */
export function checkOptions(job: Job, options: CompareOptions): void {
  settingsOf(job, options)
}

/** What `differencesOf` says nothing of, or not all. */
export function uncomparedOf(job: Job, options: CompareOptions = {}): readonly Uncompared[] {
  const { except, equals }: Settings = settingsOf(job, options)
  const { sinks } = comparisonOf(job)
  const open = sinks.flatMap(({ slot, comparison }) =>
    'reason' in comparison && !except.has(slot.name) && !equals.has(slot.name) ? [{ slot: slot.name, reason: comparison.reason }] : [],
  )
  return [...[...except].map(([slot, reason]) => ({ slot, reason })), ...open].sort((a, b) => byCodePoint(a.slot, b.slot))
}

const most = 20

/** Differences as lines to be read: no more than that many of one slot and kind, then what they may come from. */
export function told(differences: readonly Difference[], limit = most): readonly string[] {
  const groups = new Map<string, Difference[]>()
  for (const difference of differences) {
    const name = `${difference.slot} ${difference.kind}`
    const group = groups.get(name)
    if (group === undefined) groups.set(name, [difference])
    else group.push(difference)
  }
  const lines = [...groups.values()].flatMap((group) => {
    const sentences = group.slice(0, limit).map(({ sentence }) => sentence)
    return group.length > limit ? [...sentences, `and ${group.length - limit} more`] : sentences
  })
  return [...lines, ...new Set(differences.flatMap(({ hint }) => (hint === undefined ? [] : [hint])))]
}

const kinds: readonly Difference['kind'][] = ['store', 'sink', 'dead letters']

function bySlotThenKey(a: Sorted, b: Sorted): number {
  return byCodePoint(a.slot, b.slot) || kinds.indexOf(a.kind) - kinds.indexOf(b.kind) || byCodePoint(a.order, b.order)
}

/** The bytes of UTF-8 come in the order of code points; UTF-16, which JavaScript compares, does not. */
const byCodePoint = (a: string, b: string): number => (a === b ? 0 : Buffer.compare(Buffer.from(a), Buffer.from(b)))
