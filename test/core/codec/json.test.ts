import { runInNewContext } from 'node:vm'
import { describe, expect, expectTypeOf, it } from 'vitest'
import { type Codec, json } from '../../../core/codec/index.ts'
import { refusal } from './refusal.ts'

interface Click {
  readonly page: string
  readonly user?: number
}

const any = json<unknown>()

const nested = (depth: number): unknown => {
  let value: unknown = 1
  for (let i = 0; i < depth; i++) value = [value]
  return value
}

const cycle: { a: unknown[] } = { a: [1] }
cycle.a.push(cycle)

class Point {
  readonly x = 1
}

describe('codec.json', () => {
  it('writes the JSON of a value of any shape', () => {
    const click = json<Click>()
    expectTypeOf(click).toEqualTypeOf<Codec<Click>>()
    expect(click.encode({ page: '/home', user: 7 })).toBe('{"page":"/home","user":7}')
    expect(click.decode('{"page":"/home"}')).toEqual({ page: '/home' })
  })

  it.each([null, true, 0, -1.5, '', '\u2028 🐦 \0', [], [[null]], {}, { '': { '"': [] } }, nested(500)])(
    'comes back as it was: %j',
    (value) => {
      expect(any.decode(any.encode(value))).toEqual(value)
      expect(any.fromJson(any.toJson(value))).toEqual(value)
    },
  )

  it('writes -0 as 0', () => {
    expect(any.encode([-0])).toBe('[0]')
  })

  it('keeps a field called __proto__, and sets no prototype', () => {
    const value = any.decode('{"__proto__":{"admin":true},"constructor":1}') as Record<string, unknown>
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype)
    expect(Object.hasOwn(value, '__proto__')).toBe(true)
    expect(value.admin).toBeUndefined()
    expect(any.encode(value)).toBe('{"__proto__":{"admin":true},"constructor":1}')
  })

  it('takes objects without a prototype and those of another realm', () => {
    expect(any.encode(Object.assign(Object.create(null), { a: 1 }))).toBe('{"a":1}')
    expect(any.encode(runInNewContext('({ a: [1] })'))).toBe('{"a":[1]}')
  })

  it('does not mind what somebody hung on Object.prototype', () => {
    Object.assign(Object.prototype, { extend: () => {} })
    try {
      expect(any.encode({ a: 1 })).toBe('{"a":1}')
    } finally {
      delete (Object.prototype as { extend?: unknown }).extend
    }
  })

  it.each<[string, unknown, string]>([
    [
      'undefined in a field',
      { a: { b: undefined } },
      'json at .a.b: codec json cannot write this value; allowed: plain JSON; for undefined leave',
    ],
    ['undefined in an array', [1, undefined], 'json at [1]: codec json cannot write this value; allowed: plain JSON; for undefined leave'],
    ['a hole', new Array(1), 'json at [0]: '],
    [
      'a function',
      { f: () => 1 },
      'json at .f: codec json cannot write this value; got function f; allowed: plain JSON, which has no function',
    ],
    ['a symbol', [Symbol('s')], 'json at [0]: codec json cannot write this value; got Symbol(s); allowed: plain JSON, which has no symbol'],
    ['NaN', [[], [Number.NaN]], 'json at [1][0]: codec json cannot write this value; got NaN; allowed: finite numbers'],
    ['Infinity', { 'a b': Number.POSITIVE_INFINITY }, 'json at ["a b"]: codec json cannot write this value; got Infinity'],
    ['a bigint', [1n], 'json at [0]: codec json cannot write this value; got 1n; allowed: plain JSON, which has no bigint'],
    [
      'a Date',
      { at: new Date(0) },
      'json at .at: codec json cannot write this value; got "1970-01-01T00:00:00.000Z"; allowed: plain objects',
    ],
    ['a Map', { m: new Map([[1, 2]]) }, 'json at .m: '],
    ['a typed array', new Uint8Array(2), 'codec json cannot write this value'],
    ['a boxed number', new Number(1), 'codec json cannot write this value'],
    ['an object of a class', [new Point()], 'json at [0]: codec json cannot write this value; got {"x":1}; allowed: plain objects'],
    ['an array of a subclass', new (class extends Array {})(), 'codec json cannot write this value'],
    ['an object that inherits', Object.create({ a: 1 }), 'codec json cannot write this value'],
    ['toJSON', { toJSON: () => 'bent' }, 'codec json cannot write this value; got "bent"; allowed: plain objects'],
    ['a cycle', cycle, 'at most 500 levels, and no cycles'],
    ['501 levels', nested(501), 'at most 500 levels, and no cycles'],
    ['a hundred thousand levels', nested(100_000), 'at most 500 levels, and no cycles'],
    ['half a surrogate pair', ['\ud83d'], 'json at [0]: codec json cannot write this value; got "\\ud83d"; allowed: text without lone'],
    [
      'half a pair in a name',
      { '\ud83d': 1 },
      'json at ["\\ud83d"]: codec json cannot write this value; got "\\ud83d"; allowed: names without lone',
    ],
    [
      'a field that throws',
      Object.defineProperty({}, 'a', { enumerable: true, get: () => expect.unreachable() }),
      'codec json cannot write',
    ],
  ])('refuses %s', (_, value, message) => {
    expect(refusal('encode', () => any.encode(value)).message).toContain(message)
    refusal('encode', () => any.toJson(value))
  })

  it('keeps messages short, however long the names', () => {
    expect(
      refusal('encode', () => any.encode({ ['x'.repeat(1 << 20)]: { ['y'.repeat(1 << 20)]: undefined } })).message.length,
    ).toBeLessThan(500)
    expect(refusal('encode', () => any.encode(cycle)).message.length).toBeLessThan(500)
  })

  it.each(['', ' ', '{', '{a:1}', "{'a':1}", '[1,]', 'NaN', 'undefined', '\ud800', '01', '{"a":1}x'])('does not read %j', (text) => {
    expect(refusal('decode', () => any.decode(text)).message).toContain('codec json cannot read this value')
  })

  it.each(['[1e999]', '["\\ud800"]', '{"\\udfff":1}', '['.repeat(501) + ']'.repeat(501)])(
    'does not read what it would not write: %s',
    (text) => {
      refusal('decode', () => any.decode(text))
      refusal('decode', () => any.fromJson(JSON.parse(text)))
    },
  )
})
