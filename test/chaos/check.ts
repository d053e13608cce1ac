import type { Expected } from './fold.ts'
import type { Observed } from './observe.ts'

/** Something that is not as it must be. */
export interface Finding {
  /** `lost` and `double` are of single events and items; `wrong` of what they add up to; the others name themselves. */
  readonly kind: 'lost' | 'double' | 'wrong' | 'order' | 'stuck' | 'set aside' | 'process'
  readonly what: string
}

/**
 * Compares what is there with what is right, both ways: too much is as wrong as too little.
 *
 * @param doubtful whether what was delivered at that time may come again, under another token: Redis may have lost the
 * batch, and a sink outside keeps what it was given
 */
export function check(expected: Expected, observed: Observed, doubtful: (at: number) => boolean = () => false): readonly Finding[] {
  return [
    ...once('event', expected.ids, observed.each),
    ...sums('total', expected.totals, observed.totals),
    ...sums('sum of totals', expected.groups, observed.groups),
    ...sums('sum of sums of totals', expected.grand, observed.grand),
    ...sums('total by name', expected.named, observed.named),
    ...paths(expected.totals, observed.changes),
    ...order('line', expected.lines, observed.lines),
    ...order('copied line', expected.lines, observed.copies),
    ...once('item of the sink that nothing takes from', expected.ids, tally(observed.seen)),
    ...once('item of the outlet', expected.outlet, deliveries(observed.outlet, doubtful)),
    ...observed.clashes.map((what): Finding => ({ kind: 'wrong', what })),
    ...once('dead letter', expected.deadLetters, tally(observed.deadLetters)),
  ]
}

function tally(items: readonly string[]): ReadonlyMap<string, number> {
  const times = new Map<string, number>()
  for (const item of items) times.set(item, (times.get(item) ?? 0) + 1)
  return times
}

/** How often each item was delivered, not counting what had to come again. */
function deliveries(outlet: Observed['outlet'], doubtful: (at: number) => boolean): ReadonlyMap<string, number> {
  const inTime = outlet.toSorted((a, b) => a.at - b.at)
  const last = new Map(inTime.flatMap(({ items }, i) => items.map((item) => [item, i] as const)))
  return tally(inTime.flatMap(({ at, items }, i) => (doubtful(at) ? items.filter((item) => last.get(item) === i) : items)))
}

function* once(what: string, expected: ReadonlySet<string>, times: ReadonlyMap<string, number>): Generator<Finding> {
  for (const id of expected) if (!times.has(id)) yield { kind: 'lost', what: `${what} ${id} is not there` }
  for (const [id, n] of times) {
    if (!expected.has(id)) yield { kind: 'double', what: `${what} ${id} should not be there` }
    else if (n > 1) yield { kind: 'double', what: `${what} ${id} is there ${n} times` }
    else if (n < 1) yield { kind: 'lost', what: `${what} ${id} is there ${n} times` }
  }
}

function* sums(what: string, expected: ReadonlyMap<string, number>, there: ReadonlyMap<string, number>): Generator<Finding> {
  for (const key of new Set([...expected.keys(), ...there.keys()])) {
    const [right, is] = [expected.get(key), there.get(key)]
    if (right !== is) yield { kind: 'wrong', what: `${what} of ${key} is ${is ?? 'missing'}, should be ${right ?? 'missing'}` }
  }
}

/**
 * The changes of a key, laid end to end, must lead from nothing to its total, each step taken once. Events count 1 at
 * least, so that each step goes up, and there is one way to lay them.
 */
function* paths(totals: ReadonlyMap<string, number>, changes: Observed['changes']): Generator<Finding> {
  const byKey = new Map<string, Observed['changes'][number][]>()
  for (const change of changes) {
    const steps = byKey.get(change.key)
    if (steps === undefined) byKey.set(change.key, [change])
    else steps.push(change)
  }
  for (const key of new Set([...totals.keys(), ...byKey.keys()])) {
    let at = 0
    for (const { before, delta } of (byKey.get(key) ?? []).toSorted((a, b) => a.before - b.before)) {
      if (before > at) yield { kind: 'lost', what: `the changes of ${key} have none from ${at} to ${before}` }
      if (before < at) yield { kind: 'double', what: `the changes of ${key} have two from ${before} on` }
      at = before + delta
    }
    if (at !== (totals.get(key) ?? 0))
      yield { kind: 'lost', what: `the changes of ${key} lead to ${at}, should lead to ${totals.get(key)}` }
  }
}

function* order(what: string, expected: ReadonlyMap<string, readonly string[]>, there: ReadonlyMap<string, string>): Generator<Finding> {
  for (const [page, ids] of expected) {
    const found = there.get(page)?.split(' ') ?? []
    const times = tally(found)
    const faults = [...once(`the ${what} of ${page}: entry`, new Set(ids), times)]
    yield* faults
    const at = ids.findIndex((id, i) => id !== found[i])
    if (faults.length === 0 && at !== -1) {
      yield { kind: 'order', what: `the ${what} of ${page} has ${found[at]} where ${ids[at]} should be, entry ${at + 1} of ${ids.length}` }
    }
  }
  for (const page of there.keys()) if (!expected.has(page)) yield { kind: 'double', what: `the ${what} of ${page} should not be there` }
}
