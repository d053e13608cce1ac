import { type Encoded, isEncoded } from '../../core/contract/encoded.ts'
import { assertNever, TanagerError } from '../../core/error.ts'
import type { AnySlot } from '../../core/slot/slot.ts'
import { clipped, shown } from '../compare/shown.ts'
import type { CrashPoint, HoldUp } from './fault.ts'
import type { DriverState } from './types.ts'

/** Looks at a state, and throws, or answers false, if it is not as it should be. */
export type Check<R extends AnySlot = AnySlot> = (state: DriverState<R>) => unknown

/** One step of a script: what is given to a driver, or looked at. */
export type ScriptStep =
  | { readonly kind: 'add'; readonly source: string; readonly records: readonly unknown[] | Encoded }
  | { readonly kind: 'advance'; readonly milliseconds: number }
  | { readonly kind: 'crash'; readonly point?: CrashPoint | undefined }
  | { readonly kind: 'restart' }
  | { readonly kind: 'fail'; readonly outside: string; readonly times: number }
  | { readonly kind: 'lose'; readonly of?: string | undefined }
  | { readonly kind: 'double'; readonly of?: string | undefined }
  | { readonly kind: 'holdUp'; readonly at: HoldUp }
  | { readonly kind: 'check'; readonly check: Check<never> }

/** A step as it is written, on one line. */
export function stepText(step: ScriptStep): string {
  switch (step.kind) {
    case 'add':
      return `add(${shown(step.source)}, ${isEncoded(step.records) ? `encoded(${shown(step.records.texts)})` : shown(step.records)})`
    case 'advance':
      return `advance(${step.milliseconds})`
    case 'crash':
      return `crash(${step.point === undefined ? '' : shown(step.point)})`
    case 'restart':
      return 'restart()'
    case 'fail':
      return `fail(${shown(step.outside)}${step.times === 1 ? '' : `, { times: ${step.times} }`})`
    case 'lose':
    case 'double':
      return `${step.kind}(${step.of === undefined ? '' : shown(step.of)})`
    case 'holdUp':
      return `holdUp(${shown(step.at)})`
    case 'check':
      return `check(${clipped(codeOf(step.check))})`
    default:
      return assertNever(step)
  }
}

/** What somebody wrote, on one line, without the names that a runner of tests gives to what is imported. */
const codeOf = (check: Check<never>): string =>
  check
    .toString()
    .replaceAll(/\s+/g, ' ')
    .replaceAll(/\b__\w+__\./g, '')

/**
 * The same records, as often as they are asked for.
 *
 * @throws TanagerError `invalid-binding` for what can be gone through once only
 */
export function keptRecords(source: string, records: readonly unknown[] | Encoded): readonly unknown[] | Encoded {
  if (Array.isArray(records)) return Object.freeze([...records])
  if (isEncoded(records) && Array.isArray(records.texts))
    return Object.freeze({ kind: 'encoded', texts: Object.freeze([...records.texts]) })
  throw new TanagerError('invalid-binding', `a script keeps what it adds to ${source}, to give it again in each run`, {
    value: records,
    allowed: 'an array of records, or encoded([…])',
  })
}
