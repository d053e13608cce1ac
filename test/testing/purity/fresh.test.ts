import { isDeepStrictEqual } from 'node:util'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { same } from '../../../testing/compare/same.ts'
import { freshOf } from '../../../testing/purity/fresh.ts'
import { portraitOf } from '../../../testing/purity/portrait.ts'

const data = fc.anything({
  withBigInt: true,
  withDate: true,
  withMap: true,
  withSet: true,
  withTypedArray: true,
  withNullPrototype: true,
  withSparseArray: true,
})

// biome-ignore lint/suspicious/noExplicitAny: whatever is copied.
const copyOf = (value: unknown): any => freshOf(value).value

const drawn = (a: unknown, b: unknown) => same(portraitOf(a), portraitOf(b))

describe('a fresh copy', () => {
  it('is the same data, and shares nothing', () => {
    fc.assert(
      fc.property(data, (value) => {
        const { value: copy, shares, once } = freshOf(value)
        expect(isDeepStrictEqual(copy, value)).toBe(true)
        expect(drawn(copy, value)).toBe(true)
        if (typeof value === 'object' && value !== null) expect(copy).not.toBe(value)
        expect([shares, once]).toEqual([false, false])
      }),
    )
  })

  it('has as many objects as there were, and the same circles', () => {
    const one = { n: 1 }
    const value: Record<string, unknown> = { a: one, b: [one], map: new Map([[one, one]]) }
    value.self = value
    const copy = copyOf(value)
    expect(copy.self).toBe(copy)
    expect(copy.b[0]).toBe(copy.a)
    expect(copy.map.get(copy.a)).toBe(copy.a)
    expect(copy.a).not.toBe(one)
  })

  it('keeps symbols, getters, what is not enumerable and what is frozen', () => {
    const brand = Symbol('brand')
    const match = /(?<first>.)/.exec('ab') as RegExpExecArray
    expect(copyOf({ [brand]: 1 })[brand]).toBe(1)
    expect(copyOf(match)).toMatchObject({ index: 0, input: 'ab', groups: { first: 'a' } })
    expect(
      Object.getOwnPropertyDescriptor(
        copyOf({
          get a() {
            return 1
          },
        }),
        'a',
      )?.get,
    ).toBeTypeOf('function')
    expect(copyOf(Object.defineProperty({}, 'hidden', { value: 7 })).hidden).toBe(7)
    expect(Object.isFrozen(copyOf(Object.freeze([1])))).toBe(true)
    expect(Object.isSealed(copyOf(Object.seal({ a: 1 })))).toBe(true)
    expect(Object.isFrozen(copyOf(Object.seal({ a: 1 })))).toBe(false)
    expect(Object.isExtensible(copyOf(Object.preventExtensions({ a: 1 })))).toBe(false)
  })

  it('tells what it had to share, and what can be read but once', () => {
    class List extends Array {}
    for (const value of [new URL('a:b'), new List(), new (class extends Map {})(), new Proxy({}, {}), /a/g])
      expect(freshOf([value])).toMatchObject({ shares: true, once: false })
    for (const value of [
      [1].values(),
      (function* () {})(),
      (async function* () {})(),
      new ReadableStream(),
      { next: () => ({ done: true }) },
    ])
      expect(freshOf({ value })).toMatchObject({ shares: true, once: true })
  })
})

describe('a portrait', () => {
  it('stays as it was', () => {
    const value = { list: [1], map: new Map([['a', { n: 1 }]]), bytes: Uint8Array.of(1), date: new Date(0) }
    const portrait = portraitOf(value)
    for (const change of [
      () => value.list.push(2),
      () => Object.assign(value.map.get('a') as object, { n: 2 }),
      () => value.bytes.fill(9),
      () => value.date.setTime(1),
    ]) {
      const before = portraitOf(value)
      expect(same(portrait, before)).toBe(true)
      const undo = copyOf(value)
      change()
      expect(same(before, portraitOf(value))).toBe(false)
      Object.assign(value, undo)
    }
  })

  it('tells values apart as Node does, but that 0 is -0 and a hole is undefined', () => {
    const plain = fc.anything({ withBigInt: true, withDate: true, withTypedArray: true })
    fc.assert(
      fc.property(plain, plain, (a, b) => {
        if (isDeepStrictEqual(a, b)) expect(drawn(a, b)).toBe(true)
      }),
    )
    expect(drawn(new URL('a:b'), new URL('a:c'))).toBe(false)
    expect(drawn([1], { 0: 1 })).toBe(false)
    expect(drawn(new Set([[1]]), new Set([[2]]))).toBe(false)
    expect(drawn(Object.assign([1], { index: 1 }), Object.assign([1], { index: 2 }))).toBe(false)
  })
})
