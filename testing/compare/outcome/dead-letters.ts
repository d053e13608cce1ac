import type { Job } from '../../../core/job.ts'
import type { Outcome, OutcomeDeadLetter } from '../../platform/platform.ts'
import { written } from '../shown.ts'
import { unevenOf } from './bag.ts'
import { howMany, type Sorted, versus } from './difference.ts'
import type { Settings } from './options.ts'

/** What two lists of dead letters do not have in common. Errors are not compared: their texts may name places and times. */
export function deadLetterDifferences(job: Job, expected: Outcome, actual: Outcome, settings: Settings): readonly Sorted[] {
  const compared = ({ stream }: OutcomeDeadLetter) => !settings.except.has(stream)
  const [left, right] = [expected.deadLetters.filter(compared), actual.deadLetters.filter(compared)]
  const isStore = ({ stream }: OutcomeDeadLetter) => job.slots.get(stream)?.kind === 'store'
  const isNot = (dead: OutcomeDeadLetter) => !isStore(dead)
  return [
    ...recordDifferences(left.filter(isNot), right.filter(isNot), settings),
    ...changeDifferences(left.filter(isStore), right.filter(isStore), settings),
  ]
}

/** Of a source each record counts. */
function recordDifferences(
  left: readonly OutcomeDeadLetter[],
  right: readonly OutcomeDeadLetter[],
  { names }: Settings,
): readonly Sorted[] {
  const textOf = ({ stream, node, record }: OutcomeDeadLetter) => JSON.stringify([stream, node, record])
  return unevenOf(left, right, textOf).map(({ item: { stream, node, record }, expected, actual }) => ({
    slot: stream,
    kind: 'dead letters',
    order: `${record} ${node}`,
    key: record,
    expected,
    actual,
    sentence: `dead letters of ${stream}, refused by ${node}, record ${written(record)}: ${versus(names, howMany(expected), howMany(actual))}`,
  }))
}

/** Of a store's changes, how many there were is the platform's business: so it is, how many of them were refused. */
function changeDifferences(
  left: readonly OutcomeDeadLetter[],
  right: readonly OutcomeDeadLetter[],
  { names }: Settings,
): readonly Sorted[] {
  const keysOf = (letters: readonly OutcomeDeadLetter[]) =>
    new Map(letters.map((dead) => [JSON.stringify([dead.stream, keyOf(dead)]), dead] as const))
  const [expected, actual] = [keysOf(left), keysOf(right)]
  const [one, other] = [[...expected].filter(([id]) => !actual.has(id)), [...actual].filter(([id]) => !expected.has(id))]
  const told = (there: boolean) => (there ? 'some' : 'none')
  return [...one, ...other].map(([id, dead]) => ({
    slot: dead.stream,
    kind: 'dead letters',
    order: keyOf(dead),
    key: keyOf(dead),
    sentence: `dead letters of changes of ${dead.stream}, key ${written(keyOf(dead))}: ${versus(names, told(expected.has(id)), told(actual.has(id)))}`,
  }))
}

/** A change is written as `[key, delta, …]`. */
function keyOf({ record }: OutcomeDeadLetter): string {
  try {
    const parts: unknown = JSON.parse(record)
    return Array.isArray(parts) ? String(parts[0]) : record
  } catch {
    return record
  }
}
