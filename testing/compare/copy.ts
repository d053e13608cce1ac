import { isPlainObject, put } from '../../core/codec/plain.ts'

/** Plain data anew, down to its leaves. What is of a class is not ours to take apart: that stays the same object. */
export function copyOf<A>(value: A): A {
  return copied(value) as A
}

function copied(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map(copied)
  if (value instanceof Date) return new Date(value)
  if (ArrayBuffer.isView(value) && !(value instanceof DataView)) return Uint8Array.prototype.slice.call(value)
  if (value instanceof Map && isPlain(value, Map)) return new Map([...value].map(([key, each]) => [copied(key), copied(each)]))
  if (value instanceof Set && isPlain(value, Set)) return new Set([...value].map(copied))
  if (!isPlainObject(value)) return value
  const copy: Record<string, unknown> = Object.getPrototypeOf(value) === null ? Object.create(null) : {}
  for (const [name, each] of Object.entries(value)) put(copy, name, copied(each))
  return copy
}

const isPlain = (value: object, type: { readonly prototype: object }): boolean => Object.getPrototypeOf(value) === type.prototype

/** Plain data that throws when somebody writes to it. Arrays of bytes and maps cannot be had so. */
export function frozen<A>(value: A): A {
  if (typeof value !== 'object' || value === null || !(Array.isArray(value) || isPlainObject(value))) return value
  for (const each of Object.values(value)) frozen(each)
  return Object.freeze(value)
}
