import { isDeepStrictEqual } from 'node:util'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Codec } from '../../core/codec/index.ts'
import { TanagerError } from '../../core/error.ts'
import { codecAndValue, codecAndValues, everyCase, nativeCases, nearlyEncoded } from './arbitrary/codec.ts'

const byName = everyCase.map((c) => ({ name: c.codec.id, ...c }))
const canonical = new Set(['int', 'bigint', 'boolean', 'date', 'bytes', 'string'])

/** What an attempt answers, or the code of the TanagerError it throws; anything else it throws fails the test. */
function attempt<A>(run: () => A): { readonly value: A } | { readonly code: string } {
  try {
    return { value: run() }
  } catch (thrown) {
    if (thrown instanceof TanagerError) return { code: thrown.code }
    throw thrown
  }
}

const inJson = <A>(codec: Codec<A>, value: A): string => JSON.stringify(codec.toJson(value))

describe('decode(encode(a)) equals a', () => {
  it.each(byName)('$name', ({ codec, values }) => {
    fc.assert(fc.property(values, (a) => isDeepStrictEqual(codec.decode(codec.encode(a)), a)))
  })

  it('codecs made of codecs', () => {
    fc.assert(fc.property(codecAndValue(), ({ codec, value }) => isDeepStrictEqual(codec.decode(codec.encode(value)), value)))
  })
})

describe('fromJson(toJson(a)) equals a, also after a trip through text', () => {
  it.each(byName)('$name', ({ codec, values }) => {
    fc.assert(
      fc.property(values, (a) => {
        expect(isDeepStrictEqual(codec.fromJson(codec.toJson(a)), a)).toBe(true)
        expect(isDeepStrictEqual(codec.fromJson(JSON.parse(inJson(codec, a))), a)).toBe(true)
      }),
    )
  })

  it('codecs made of codecs', () => {
    fc.assert(
      fc.property(codecAndValue(), ({ codec, value }) => isDeepStrictEqual(codec.fromJson(JSON.parse(inJson(codec, value))), value)),
    )
  })
})

describe('fromBytes(toBytes(a)) equals a', () => {
  it.each(byName.filter(({ codec }) => codec.binary !== undefined))('$name', ({ codec, values }) => {
    fc.assert(fc.property(values, (a) => isDeepStrictEqual(codec.binary?.fromBytes(codec.binary.toBytes(a)), a)))
  })
})

describe('two values that differ have encodings that differ', () => {
  it('in both faces, for any codec', () => {
    fc.assert(
      fc.property(codecAndValues(), ({ codec, values }) => {
        for (const face of [codec.encode, (a: unknown) => inJson(codec, a)]) {
          const first = new Map<string, unknown>()
          for (const value of values) {
            const text = face(value)
            if (first.has(text)) expect(isDeepStrictEqual(first.get(text), value)).toBe(true)
            first.set(text, value)
          }
        }
      }),
    )
  })
})

describe('one value has one encoding', () => {
  it('now, later, and after a trip', () => {
    fc.assert(
      fc.property(codecAndValue(), ({ codec, value }) => {
        const text = codec.encode(value)
        expect(codec.encode(value)).toBe(text)
        expect(codec.encode(codec.decode(text))).toBe(text)
        expect(inJson(codec, codec.decode(text))).toBe(inJson(codec, value))
      }),
    )
  })
})

describe('text is canonical: what is read would be written the same', () => {
  it.each(byName.filter(({ name }) => canonical.has(name)))('$name', (c) => {
    fc.assert(
      fc.property(nearlyEncoded(c), (text) => {
        const read = attempt(() => c.codec.decode(text))
        if ('value' in read) expect(c.codec.encode(read.value)).toBe(text)
      }),
      { numRuns: 1000 },
    )
  })
})

describe('any text is read or refused, and what is read can be written', () => {
  it.each(byName)('$name', (c) => {
    fc.assert(
      fc.property(nearlyEncoded(c), (text) => {
        const read = attempt(() => c.codec.decode(text))
        if ('code' in read) {
          expect(read.code).toBe('decode')
        } else {
          const written = c.codec.encode(read.value)
          expect(c.codec.encode(c.codec.decode(written))).toBe(written)
        }
      }),
      { numRuns: 500 },
    )
  })
})

describe('a value that cannot be written is refused, never bent', () => {
  const anything = fc.anything({
    withBigInt: true,
    withBoxedValues: true,
    withDate: true,
    withMap: true,
    withNullPrototype: true,
    withSet: true,
    withSparseArray: true,
    withTypedArray: true,
    withUnicodeString: true,
  } as fc.ObjectConstraints)

  it.each(byName)('$name', ({ codec }) => {
    fc.assert(
      fc.property(anything, (value) => {
        const written = attempt(() => codec.encode(value))
        if ('code' in written) {
          expect(written.code).toBe('encode')
          expect(attempt(() => codec.toJson(value))).toEqual(written)
        } else {
          expect(sameData(codec.decode(written.value), value)).toBe(true)
          expect(sameData(codec.fromJson(codec.toJson(value)), value)).toBe(true)
        }
      }),
      { numRuns: 500 },
    )
  })
})

describe('native: values are one Map key exactly when their encodings are equal', () => {
  it('is declared by these codecs alone', () => {
    expect(byName.filter(({ codec }) => codec.native).map(({ name }) => name)).toEqual(nativeCases.map(({ codec }) => codec.id))
  })

  it.each(nativeCases.map((c) => ({ name: c.codec.id, ...c })))('$name', ({ codec, values }) => {
    fc.assert(
      fc.property(fc.array(values, { minLength: 2, maxLength: 12 }), (all) => {
        expect(new Set(all).size).toBe(new Set(all.map((a) => codec.encode(a))).size)
        expect(new Set(all).size).toBe(new Set(all.map((a) => inJson(codec, a))).size)
      }),
    )
  })
})

/** Equality of data: prototypes null and Object are one, 0 and -0 are one. */
function sameData(a: unknown, b: unknown): boolean {
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return a === b || (Number.isNaN(a) && Number.isNaN(b))
  if (Object.prototype.toString.call(a) !== Object.prototype.toString.call(b)) return false
  if (a instanceof Date || a instanceof Map || ArrayBuffer.isView(a)) return isDeepStrictEqual(a, b)
  const names = Object.keys(a)
  return (
    names.length === Object.keys(b).length &&
    names.every((name) => Object.hasOwn(b, name) && sameData((a as Record<string, unknown>)[name], (b as Record<string, unknown>)[name]))
  )
}
