import { isDeepStrictEqual } from 'node:util'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { copyOf, frozen } from '../../testing/compare/copy.ts'
import { nearly } from '../../testing/compare/nearly.ts'
import { same } from '../../testing/compare/same.ts'
import { shown } from '../../testing/compare/shown.ts'

const data = fc.anything({ withBigInt: true, withDate: true, withMap: true, withSet: true, withTypedArray: true, withNullPrototype: true })

class Hidden {
  readonly #n: number

  constructor(n: number) {
    this.#n = n
  }

  toString(): string {
    return `${this.#n}`
  }
}

describe('same', () => {
  it('is true of a copy', () => {
    fc.assert(fc.property(data, (value) => same(copyOf(value), value)))
  })

  it('agrees with Node, but that 0 is -0', () => {
    const text = (value: unknown) => shown(value)
    fc.assert(
      fc.property(data, data, (a, b) => {
        if (isDeepStrictEqual(a, b)) expect(same(a, b)).toBe(true)
        else if (same(a, b)) expect(text(a).replaceAll('-0', '0')).toBe(text(b).replaceAll('-0', '0'))
      }),
    )
  })

  it.each([
    [0, -0, true],
    [Number.NaN, Number.NaN, true],
    [[], {}, false],
    [{ a: undefined }, {}, false],
    [{ a: 1 }, { b: 1 }, false],
    [new Date(0), new Date(1), false],
    [new Date(Number.NaN), new Date(Number.NaN), true],
    [new Map([[{ a: 1 }, 2]]), new Map([[{ a: 1 }, 2]]), true],
    [new Map([[{ a: 1 }, 2]]), new Map([[{ a: 1 }, 3]]), false],
    [new Set([[1]]), new Set([[2]]), false],
    [Uint8Array.of(1), Uint8Array.of(2), false],
    [Uint8Array.of(1), [1], false],
    [new Hidden(1), new Hidden(1), true],
    [new Hidden(1), new Hidden(2), false],
    [new Hidden(1), {}, false],
    [new URL('a:b'), new URL('a:c'), false],
  ])('of %o and %o is %s', (a, b, expected) => {
    expect(same(a, b)).toBe(expected)
    expect(same(b, a)).toBe(expected)
  })
})

describe('nearly', () => {
  it.each([
    ['the last digit of a fraction', 0.1 + 0.2, 0.3, [], true],
    ['a whole number', 1_000_000_000, 1_000_000_001, [], false],
    ['a fraction that is another', 0.1, 0.1001, [], false],
    ['what is left of large ones', 1.0001, 1, [1e6, -1e6], true],
    ['what is left of small ones', 1.0001, 1, [1e3, -1e3], false],
    ['beyond whole numbers', 1e300, 1e300 * (1 + 1e-12), [], true],
    ['NaN', Number.NaN, 0.5, [], false],
    ['an infinity', Number.POSITIVE_INFINITY, 0.5, [], false],
    ['inside', { a: [new Map([['k', 0.1 + 0.2]])] }, { a: [new Map([['k', 0.3]])] }, [], true],
    ['inside, and a text', { a: 0.1 + 0.2, b: 'x' }, { a: 0.3, b: 'y' }, [], false],
    ['a list that is longer', [0.1 + 0.2], [0.3, 0], [], false],
    ['a field that is missing', { a: 0.1 + 0.2 }, { b: 0.3 }, [], false],
    ['Float64Array', Float64Array.of(0.1 + 0.2), Float64Array.of(0.3), [], true],
    ['the order of fields', { a: 1, b: 2 }, { b: 2, a: 1 }, [], false],
    ['what nobody can see into', { a: 0.1 + 0.2, b: new Hidden(1) }, { a: 0.3, b: new Hidden(1) }, [], false],
  ])('%s', (_name, a, b, terms, expected) => {
    expect(nearly(a, b, terms, 1e-9)).toBe(expected)
    expect(nearly(a, b, terms, 0)).toBe(false)
  })

  it('measures each field by its own', () => {
    const a = { mean: 1.5, squares: 1e12 }
    const b = { mean: 1.5001, squares: 1e12 }
    expect(nearly(a, b, [a, b], 1e-9)).toBe(false)
  })
})

describe('frozen', () => {
  it('throws on a write, however deep', () => {
    const value = frozen(copyOf({ a: [{ b: 1 }] }))
    expect(() => ((value.a[0] as { b: number }).b = 2)).toThrow(TypeError)
  })

  it('leaves the original alone', () => {
    const value = { a: [1] }
    frozen(copyOf(value)).a
    value.a.push(2)
    expect(value).toEqual({ a: [1, 2] })
  })
})

describe('shown', () => {
  it.each([
    [-0, '-0'],
    [1n, '1n'],
    ['a"b', '"a\\"b"'],
    [{ a: 1, 'b c': [true, null, undefined] }, '{a: 1, "b c": [true, null, undefined]}'],
    [new Map([[1, new Set(['x'])]]), 'Map {1 => Set {"x"}}'],
    [{ _tag: 'Some', value: { _tag: 'None' } }, 'some(none)'],
    [new Date(0), '1970-01-01T00:00:00.000Z'],
    [new Date(Number.NaN), 'an invalid Date'],
    [Uint8Array.of(1, 255), '2 bytes <01 ff>'],
    ['x'.repeat(500), `"${'x'.repeat(119)}…`],
  ])('%o', (value, text) => {
    expect(shown(value)).toBe(text)
  })

  it('is one line, of anything', () => {
    const cycle: unknown[] = []
    cycle.push(cycle)
    for (const value of [
      cycle,
      new Proxy(
        {},
        {
          ownKeys: () => {
            throw new Error('no')
          },
        },
      ),
    ])
      expect(shown(value).length).toBeLessThan(200)
    fc.assert(fc.property(data, (value) => !shown(value).includes('\n') && shown(value).length < 200))
  })
})
