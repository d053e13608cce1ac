import { shown } from '../shown.ts'

/** Something that is not the same in two outcomes of one job. */
export interface Difference {
  /** The store, the sink, or the stream that the dead letters are of. */
  readonly slot: string
  readonly kind: 'store' | 'sink' | 'dead letters'
  /** Of a store the key, of a sink the item, or the key it is about; of dead letters the record. */
  readonly key?: unknown
  /** Of a store the value, absent where the key is; else how many there are, or what they come to. */
  readonly expected?: unknown
  readonly actual?: unknown
  /** In words, with the names of both. */
  readonly sentence: string
  /** Where such a difference often comes from. */
  readonly hint?: string
}

/** A difference and what it is sorted by among those of its slot. */
export interface Sorted extends Difference {
  readonly order: string
}

export interface Names {
  readonly expected: string
  readonly actual: string
}

/** `memory has 3, Redis has 4`. */
export function versus({ expected, actual }: Names, left: string, right: string): string {
  return `${expected} has ${left}, ${actual} has ${right}`
}

export const howMany = (count: number): string => (count === 0 ? 'none' : String(count))

/** Two values in words; where they look alike, where it is that they differ. */
export function valuesOf(a: unknown, b: unknown): readonly [string, string] {
  const [left, right] = [shown(a), shown(b)]
  if (left !== right) return [left, right]
  const place = placeOf(a, b)
  if (place === undefined) return [left, `what looks the same and is not: ${right}`]
  return [`${shown(place.a)} at ${place.path}`, shown(place.b)]
}

interface Place {
  readonly path: string
  readonly a: unknown
  readonly b: unknown
}

const deepest = 40

/** The first place inside two values where they do not look alike. */
function placeOf(a: unknown, b: unknown, path = '', depth = 0): Place | undefined {
  if (typeof a === 'string' && typeof b === 'string' && a !== b) {
    const at = [...a].findIndex((_, i) => a[i] !== b[i])
    const from = Math.max(0, (at === -1 ? Math.min(a.length, b.length) : at) - 20)
    return { path: `${path === '' ? '' : `${path}, `}character ${from}`, a: a.slice(from, from + 60), b: b.slice(from, from + 60) }
  }
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null || depth > deepest) {
    return shown(a) === shown(b) ? undefined : { path: path === '' ? 'the top' : path, a, b }
  }
  const parts = partsOf(b)
  for (const [name, part] of partsOf(a)) {
    const other = parts.get(name)
    const inside = `${path}[${name}]`
    if (!parts.has(name)) return { path: inside, a: part, b: undefined }
    const place = placeOf(part, other, inside, depth + 1)
    if (place !== undefined) return place
    parts.delete(name)
  }
  for (const [name, part] of parts) if (!partsOf(a).has(name)) return { path: `${path}[${name}]`, a: undefined, b: part }
  return undefined
}

function partsOf(value: object): Map<string, unknown> {
  if (value instanceof Map) return new Map([...value].map(([key, each]) => [shown(key), each]))
  if (value instanceof Set) return new Map([...value].map((each) => [shown(each), each]))
  return new Map(Object.entries(value).map(([name, each]) => [Array.isArray(value) ? name : JSON.stringify(name), each]))
}
