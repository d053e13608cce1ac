import { places } from '../places.ts'
import type { Shape } from './options.ts'
import { type Bloom, type Few, nothing } from './value.ts'

/** The filter of one key. */
export function single(key: string, { bits, perKey }: Shape): Few {
  const all = new Int32Array(perKey)
  places(key, bits, all, 0, perKey)
  return Object.freeze({ kind: 'few', places: distinct(all.sort()) })
}

/** All filters as one, in one go. Which form it has depends on how many bits are set, so it never matters what was merged first. */
export function mergeAll(values: readonly Bloom[], shape: Shape): Bloom {
  const listed = values.reduce((sum, value) => sum + (value.kind === 'few' ? value.places.length : 0), 0)
  if (values.every((value) => value.kind === 'few')) {
    // Far more than can be few, once each is there once, is not worth sorting.
    if (listed <= 4 * shape.few) {
      const union = unionOf(values, listed)
      if (union.length <= shape.few) return union.length === 0 ? nothing : Object.freeze({ kind: 'few', places: union })
    }
  }
  return formOf(bytesOf(values, shape), shape)
}

function unionOf(values: readonly Few[], length: number): Int32Array {
  const all = new Int32Array(length)
  let at = 0
  for (const value of values) {
    all.set(value.places, at)
    at += value.places.length
  }
  return distinct(all.sort())
}

function distinct(sorted: Int32Array): Int32Array {
  let length = 0
  for (let i = 0; i < sorted.length; i++) {
    if (i === 0 || sorted[i] !== sorted[i - 1]) sorted[length++] = sorted[i] as number
  }
  return sorted.slice(0, length)
}

function bytesOf(values: readonly Bloom[], { bits }: Shape): Uint8Array {
  const bytes = new Uint8Array(bits / 8)
  for (const value of values) {
    if (value.kind === 'few') {
      for (const place of value.places) bytes[place >> 3] = (bytes[place >> 3] as number) | (1 << (place & 7))
    } else {
      for (let i = 0; i < bytes.length; i++) bytes[i] = (bytes[i] as number) | (value.bytes[i] as number)
    }
  }
  return bytes
}

function formOf(bytes: Uint8Array, shape: Shape): Bloom {
  const set = countBits(bytes)
  if (set > shape.few) return Object.freeze({ kind: 'many', bytes, set })
  if (set === 0) return nothing
  const places = new Int32Array(set)
  let length = 0
  for (let i = 0; i < shape.bits; i++) if (has(bytes, i)) places[length++] = i
  return Object.freeze({ kind: 'few', places })
}

export function has(bytes: Uint8Array, place: number): boolean {
  return (((bytes[place >> 3] as number) >> (place & 7)) & 1) === 1
}

export function countBits(bytes: Uint8Array): number {
  let set = 0
  for (const byte of bytes) set += bitsOf[byte] as number
  return set
}

const bitsOf = Uint8Array.from({ length: 256 }, (_, byte) => byte.toString(2).replaceAll('0', '').length)
