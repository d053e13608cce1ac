import { TanagerError } from '../../error.ts'
import type { Plan } from '../../plan/plan.ts'
import { type Duration, positive } from '../../time/window.ts'
import type { AlarmKind, AlarmRange, Declared, Expectations, Interval } from './alarm.ts'

const kinds: readonly AlarmKind[] = ['rows', 'bytes', 'quiet', 'stopped']
/** Shorter intervals would be noise: counts come in batches, and are looked at now and then. */
const shortest = 1000

/** @throws TanagerError `unknown-slot` for a name that nothing comes from or goes to, `invalid-option` */
export function declaredIn(plan: Plan, expectations: Expectations): readonly Declared[] {
  const watched = watchedIn(plan)
  return Object.entries(expectations).flatMap(([slot, expected]) => {
    const of = watched.get(slot)
    if (of === undefined) {
      throw new TanagerError('unknown-slot', `job ${plan.job} has no source, store or sink ${slot} to give an alarm to`, {
        allowed: [...watched.keys()].sort().join(', '),
      })
    }
    const where = `alarms: ${slot}`
    if (typeof expected !== 'object' || expected === null) {
      throw new TanagerError('invalid-option', where, { value: expected, allowed: `an object with ${kinds.join(', ')}` })
    }
    const known = kinds.filter((kind) => !(of === 'source' && kind === 'bytes'))
    for (const kind of Object.keys(expected)) {
      if ((known as readonly string[]).includes(kind)) continue
      throw new TanagerError('invalid-option', `${where}: a ${of} has no alarm ${kind}`, { allowed: known.join(', ') })
    }
    return known.flatMap((kind): Declared[] => {
      const given = expected[kind]
      if (given === undefined) return []
      const at = `${where}.${kind}`
      // Silence is less than one row.
      const range =
        kind === 'rows' || kind === 'bytes' ? rangeOf(at, given as AlarmRange) : { per: interval(at, given as Duration), atLeast: 1 }
      return [{ slot, kind, of, range }]
    })
  })
}

function watchedIn({ streams, stores, sinks }: Plan): ReadonlyMap<string, Declared['of']> {
  return new Map<string, Declared['of']>([
    ...streams.filter(({ from }) => from === 'source').map(({ name }) => [name, 'source'] as const),
    ...stores.map(({ slot }) => [slot.name, 'store'] as const),
    ...sinks.map(({ name }) => [name, 'sink'] as const),
  ])
}

function rangeOf(where: string, given: AlarmRange): Interval {
  if (typeof given !== 'object' || given === null) {
    throw new TanagerError('invalid-option', where, { value: given, allowed: '{ per, atLeast, atMost }' })
  }
  const { per, atLeast, atMost, ...rest } = given
  for (const name of Object.keys(rest)) {
    throw new TanagerError('invalid-option', `${where}: there is no ${name}`, { allowed: 'per, atLeast, atMost' })
  }
  for (const [name, bound] of Object.entries({ atLeast, atMost })) {
    if (bound === undefined || (Number.isSafeInteger(bound) && bound >= 0)) continue
    throw new TanagerError('invalid-option', `${where}.${name}`, { value: bound, allowed: 'a whole number from 0' })
  }
  if (atLeast === undefined && atMost === undefined) {
    throw new TanagerError('invalid-option', `${where}: a range needs a bound`, { allowed: 'atLeast, atMost, or both' })
  }
  if (atLeast !== undefined && atMost !== undefined && atLeast > atMost) {
    throw new TanagerError('invalid-option', `${where}: no count is in this range`, {
      value: { atLeast, atMost },
      allowed: 'atLeast up to atMost',
    })
  }
  return { per: interval(`${where}.per`, per), ...(atLeast === undefined ? {} : { atLeast }), ...(atMost === undefined ? {} : { atMost }) }
}

function interval(what: string, duration: Duration): number {
  const ms = positive(what, duration ?? 0)
  if (ms >= shortest) return ms
  throw new TanagerError('invalid-option', what, { value: duration, allowed: `at least ${shortest} milliseconds` })
}
