import { TanagerError } from '../../../core/error.ts'
import type { Job } from '../../../core/job.ts'
import type { SlotKind } from '../../../core/slot/slot.ts'

/** How two outcomes of a job are compared. */
export interface CompareOptions {
  /** How far apart two fractions may be, as a part of the larger, or of 1; 1e-9. Whole numbers must be the same. */
  readonly tolerance?: number
  /**
   * By store: whether two values of one key are as good as each other. For approximations that depend on the order of
   * merging. By sink: the same of all that was written to it, two lists in no order.
   */
  readonly equals?: Readonly<Record<string, ((a: never, b: never) => boolean) | undefined>>
  /** By slot: why it is not to be compared. Of a source, that are its dead letters; of a store, what it holds and its dead letters. */
  readonly except?: Readonly<Record<string, string | undefined>>
  /** By store: how much its sums may have lost on the way, if that is known. What is left of large numbers that cancel out is as wrong as those were large. */
  readonly slack?: ReadonlyMap<string, number>
  /** What to call the two; `expected` and `actual`. */
  readonly names?: { readonly expected: string; readonly actual: string }
}

/** Options with every default in place. */
export interface Settings {
  readonly tolerance: number
  readonly equals: ReadonlyMap<string, (a: unknown, b: unknown) => boolean>
  readonly except: ReadonlyMap<string, string>
  readonly slack: ReadonlyMap<string, number>
  readonly names: { readonly expected: string; readonly actual: string }
}

/** @throws TanagerError `invalid-option` */
export function settingsOf(job: Job, options: CompareOptions): Settings {
  const { tolerance = 1e-9, equals = {}, except = {}, slack = new Map(), names = { expected: 'expected', actual: 'actual' } } = options
  if (!(tolerance >= 0 && tolerance < 1)) throw refused('tolerance', tolerance, 'a number from 0 to less than 1')
  const given = entriesOf(job, 'equals', equals, ['store', 'sink'])
  for (const [name, decide] of given) {
    if (typeof decide !== 'function') throw refused(`equals.${name}`, decide, 'a function of two values')
  }
  const left = entriesOf(job, 'except', except, ['source', 'store', 'sink'])
  for (const [name, reason] of left) {
    if (typeof reason !== 'string' || reason.trim() === '') throw refused(`except.${name}`, reason, 'the reason, in words')
  }
  return { tolerance, equals: new Map(given as readonly (readonly [string, never])[]), except: new Map(left), slack, names }
}

function entriesOf<A>(
  job: Job,
  option: string,
  given: Readonly<Record<string, A | undefined>>,
  kinds: readonly SlotKind[],
): readonly (readonly [string, A])[] {
  const known = [...job.slots.values()].filter(({ kind }) => kinds.includes(kind)).map(({ name }) => name)
  return Object.entries(given).flatMap(([name, value]) => {
    if (!known.includes(name)) throw refused(option, name, known.join(', ') || `job ${job.name} has none`)
    return value === undefined ? [] : [[name, value] as const]
  })
}

const refused = (option: string, value: unknown, allowed: string) =>
  new TanagerError('invalid-option', `comparing outcomes: ${option}`, { value, allowed })
