import { same } from '../../compare/same.ts'
import { shown, written } from '../../compare/shown.ts'
import type { Cells, Determined } from './determined.ts'

/** Where one outcome is not another: a sentence for each store and key, and for each item of a sink. */
export function differences(found: Determined, expected: Determined): readonly string[] {
  return [
    ...named<Cells>(found.stores, expected.stores, []).flatMap(([name, a, b]) => ofCells(`store ${name}`, a, b)),
    ...named<Cells | readonly string[]>(found.sinks, expected.sinks, []).flatMap(([name, a, b]) =>
      isCells(a) && isCells(b) ? ofCells(`sink ${name}`, a, b) : ofBags(`sink ${name}`, a as readonly string[], b as readonly string[]),
    ),
    ...ofBags('dead letters', found.deadLetters, expected.deadLetters),
  ]
}

/** What differs between two tables, key by key. */
export function ofCells(where: string, found: Cells, expected: Cells): readonly string[] {
  const [a, b] = [new Map(found), new Map(expected)]
  return [...new Set([...a.keys(), ...b.keys()])].sort().flatMap((key) => {
    if (a.has(key) && b.has(key) && same(a.get(key), b.get(key))) return []
    const is = a.has(key) ? shown(a.get(key)) : 'nothing'
    return [`${where}, key ${written(key)}: it has ${is}, and should have ${b.has(key) ? shown(b.get(key)) : 'nothing'}`]
  })
}

/** What differs between two bags: each text that is not there as often as it should be. */
export function ofBags(where: string, found: readonly string[], expected: readonly string[]): readonly string[] {
  const [a, b] = [counted(found), counted(expected)]
  return [...new Set([...found, ...expected])].sort().flatMap((text) => {
    const [is, should] = [a.get(text) ?? 0, b.get(text) ?? 0]
    return is === should ? [] : [`${where}: ${written(text)} is there ${times(is)}, and should be there ${times(should)}`]
  })
}

const isCells = (all: Cells | readonly string[]): all is Cells => all.every((each) => typeof each !== 'string')

const times = (n: number): string => (n === 0 ? 'not at all' : n === 1 ? 'once' : `${n} times`)

function named<A>(a: Readonly<Record<string, A>>, b: Readonly<Record<string, A>>, none: A) {
  return [...new Set([...Object.keys(a), ...Object.keys(b)])].map((name) => [name, a[name] ?? none, b[name] ?? none] as const)
}

function counted(texts: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>()
  for (const text of texts) counts.set(text, (counts.get(text) ?? 0) + 1)
  return counts
}
