import { isPlainObject } from '../../core/codec/plain.ts'

/**
 * Whether two values are the same data, judged without their codec, which is what is on trial. 0 and -0 are one, as they
 * are for a Map; NaN is NaN. What is of a class is also asked for its text, since it may keep its data where nobody can see.
 */
export function same(a: unknown, b: unknown): boolean {
  if (a === b || (Number.isNaN(a) && Number.isNaN(b))) return true
  // A result may have methods, made anew for each.
  if (typeof a === 'function' && typeof b === 'function') return String(a) === String(b)
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false
  if (Array.isArray(a)) return Array.isArray(b) && a.length === b.length && a.every((each, i) => same(each, b[i]))
  if (Array.isArray(b)) return false
  if (ArrayBuffer.isView(a) || ArrayBuffer.isView(b)) return ArrayBuffer.isView(a) && ArrayBuffer.isView(b) && sameBytes(a, b)
  if (a instanceof Date && b instanceof Date) return same(a.getTime(), b.getTime())
  if (a instanceof Map && b instanceof Map) return a.size === b.size && [...a].every((entry) => holds(b, entry))
  if (a instanceof Set && b instanceof Set) return a.size === b.size && [...a].every((each) => b.has(each) || isIn(each, b))
  if (isPlainObject(a) !== isPlainObject(b)) return false
  return sameFields(a, b) && (isPlainObject(a) || sameFaces(a, b))
}

function sameBytes(a: ArrayBufferView, b: ArrayBufferView): boolean {
  if (a.byteLength !== b.byteLength) return false
  const [left, right] = [a, b].map((view) => new Uint8Array(view.buffer, view.byteOffset, view.byteLength)) as [Uint8Array, Uint8Array]
  return left.every((byte, i) => byte === right[i])
}

function holds(map: ReadonlyMap<unknown, unknown>, [key, value]: readonly [unknown, unknown]): boolean {
  if (map.has(key)) return same(value, map.get(key))
  return typeof key === 'object' && [...map].some(([other, each]) => same(key, other) && same(value, each))
}

const isIn = (value: unknown, set: ReadonlySet<unknown>): boolean =>
  typeof value === 'object' && [...set].some((other) => same(value, other))

function sameFields(a: object, b: object): boolean {
  const names = Object.keys(a)
  return (
    names.length === Object.keys(b).length &&
    names.every((name) => Object.hasOwn(b, name) && same((a as Fields)[name], (b as Fields)[name]))
  )
}

type Fields = Readonly<Record<string, unknown>>

function sameFaces(a: object, b: object): boolean {
  if (Object.getPrototypeOf(a) !== Object.getPrototypeOf(b)) return false
  return faces.every((face) => same(said(a, face), said(b, face)))
}

const faces = ['toJSON', 'valueOf', 'toString'] as const

function said(value: object, face: (typeof faces)[number]): unknown {
  const method = (value as Fields)[face]
  if (typeof method !== 'function' || method === Object.prototype.valueOf || method === Object.prototype.toString) return undefined
  const answer: unknown = method.call(value)
  return answer === value ? undefined : answer
}
