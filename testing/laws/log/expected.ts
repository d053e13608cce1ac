import { isPlainObject } from '../../../core/codec/plain.ts'
import { same } from '../../compare/same.ts'
import { shown } from '../../compare/shown.ts'

/** What a log has answered is not what the law says. */
export class Unexpected extends Error {
  override readonly name = 'Unexpected'
}

/** @throws Unexpected where two values are not the same data */
export function equal(found: unknown, expected: unknown): void {
  refuse(firstDifference(found, expected, false), found, expected)
}

/** As `equal`, but of each object in `expected` only the fields that it names. */
export function matches(found: unknown, expected: unknown): void {
  refuse(firstDifference(found, expected, true), found, expected)
}

interface Difference {
  readonly path: string
  readonly found: unknown
  readonly expected: unknown
}

function refuse(difference: Difference | undefined, found: unknown, expected: unknown): void {
  if (difference === undefined) return
  const { path } = difference
  // The whole may be long, and what differs be cut off.
  const where = path === '' ? '' : `; at ${path}: ${shown(difference.found)}, should be ${shown(difference.expected)}`
  throw new Unexpected(`it answers ${shown(found)}, and should answer ${shown(expected)}${where}`)
}

function firstDifference(found: unknown, expected: unknown, partly: boolean, path = ''): Difference | undefined {
  if (Array.isArray(found) && Array.isArray(expected) && found.length === expected.length) {
    return firstOf(expected, (each, i) => firstDifference(found[i], each, partly, `${path}[${i}]`))
  }
  if (isPlainObject(found) && isPlainObject(expected)) {
    const names = Object.keys(partly ? expected : { ...expected, ...found })
    return firstOf(names, (name) => firstDifference(found[name], expected[name], partly, path === '' ? name : `${path}.${name}`))
  }
  return same(found, expected) ? undefined : { path, found, expected }
}

function firstOf<A>(all: readonly A[], find: (each: A, index: number) => Difference | undefined): Difference | undefined {
  for (const [i, each] of all.entries()) {
    const difference = find(each, i)
    if (difference !== undefined) return difference
  }
  return undefined
}
