import type { Json } from '../core/codec/codec.ts'
import { byCodePoint } from './order.ts'

/**
 * Any value as JSON, equal values as equal JSON: fields, maps and sets are sorted. What JSON has no word for gets a text:
 * a bigint its digits, NaN and the infinities their names, bytes base64.
 */
export function plainJson(value: unknown): Json {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return value
    case 'number':
      return Number.isFinite(value) ? value : `${value}`
    case 'object':
      return value === null ? null : ofObject(value)
    case 'undefined':
      return null
    default:
      return String(value)
  }
}

function ofObject(value: object): Json {
  if (Array.isArray(value)) return value.map(plainJson)
  if (value instanceof Map) return sorted([...value].map(([key, each]) => [plainJson(key), plainJson(each)]))
  if (value instanceof Set) return sorted([...value].map(plainJson))
  if (value instanceof Uint8Array) return Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('base64')
  if ('toJSON' in value && typeof value.toJSON === 'function') return plainJson(value.toJSON())
  const fields = Object.entries(value).sort(([a], [b]) => byCodePoint(a, b))
  return Object.fromEntries(fields.map(([name, each]) => [name, plainJson(each)]))
}

const sorted = (items: readonly Json[]): Json =>
  items
    .map((item) => ({ item, text: JSON.stringify(item) }))
    .sort((a, b) => byCodePoint(a.text, b.text))
    .map(({ item }) => item)
