import { isDeepStrictEqual } from 'node:util'
import fc from 'fast-check'
import { codec } from 'tanager'
import { hyperLogLog } from 'tanager/algebra'
import { describe, expect, it } from 'vitest'

/** Others for every seed. */
const names = (seed: number, n: number) => Array.from({ length: n }, (_, i) => `${seed}:${i}`)

describe('hyperLogLog', () => {
  it('counts a few exactly, and nothing as nothing', () => {
    const sum = hyperLogLog()
    const count = (list: readonly string[]) => sum.present(list.map(sum.prepare).reduce(sum.semigroup.concat, sum.empty as never))
    expect(count([])).toEqual({ estimate: 0, min: 0, max: 0, confidence: 0.95 })
    expect(count(['a', 'b', 'a'])).toMatchObject({ estimate: 2, min: 2 })
  })

  it('brings precisions down as if all had been counted with the smallest', () => {
    const arbitrary = fc.tuple(
      fc.integer({ min: 4, max: 18 }),
      fc.integer({ min: 4, max: 18 }),
      fc.nat(2),
      fc.constantFrom(1, 2, 9, 200, 3000),
    )
    fc.assert(
      fc.property(arbitrary, ([p, q, seed, n]) => {
        const fine = hyperLogLog({ p: Math.max(p, q) })
        const coarse = hyperLogLog({ p: Math.min(p, q) })
        const list = names(seed, n)
        const mixed = fine.semigroup.concat(fine.concatMany?.(list.map(fine.prepare)) as never, coarse.prepare('one'))
        expect(isDeepStrictEqual(mixed, coarse.concatMany?.([...list, 'one'].map(coarse.prepare)))).toBe(true)
      }),
      { numRuns: 1000 },
    )
  })

  it('counts text and its bytes as one, and other values by the text of their codec', () => {
    const sum = hyperLogLog()
    expect(sum.prepare(new TextEncoder().encode('naïve 🐦'))).toBe(sum.prepare('naïve 🐦'))
    expect(sum.prepare('')).toBe(sum.prepare(new Uint8Array(0)))
    expect(hyperLogLog({ by: codec.int }).prepare(42)).toBe(sum.prepare('42'))
    const user = codec.struct({ id: codec.int, name: codec.string })
    expect(hyperLogLog({ by: user }).prepare({ name: 'ann', id: 1 })).toBe(sum.prepare('{"id":1,"name":"ann"}'))
  })

  it('refuses what it cannot count', () => {
    const told = (attempt: () => unknown) => expect(attempt).toThrow(expect.objectContaining({ code: 'encode' }))
    for (const value of [42, NaN, null, undefined, ['a'], {}, 1n]) told(() => hyperLogLog().prepare(value as never))
    told(() => hyperLogLog().prepare('\ud800'))
    for (const value of [NaN, Infinity, 0.5]) told(() => hyperLogLog({ by: codec.int }).prepare(value))
  })

  it('has every parameter of what it keeps in its id', () => {
    const ids = [hyperLogLog(), hyperLogLog({ p: 12 }), hyperLogLog({ by: codec.int }), hyperLogLog({ p: 12, by: codec.date })].map(
      (sum) => sum.id,
    )
    expect(ids).toEqual(['hyperLogLog(14)', 'hyperLogLog(12)', 'hyperLogLog(14,int)', 'hyperLogLog(12,date)'])
    expect(hyperLogLog({ confidence: 0.99 }).id).toBe('hyperLogLog(14)')
  })

  it.each([3, 19, 14.5, NaN, '14', -4])('refuses a precision of %j', (p) => {
    expect(() => hyperLogLog({ p: p as number })).toThrow(expect.objectContaining({ code: 'invalid-option' }))
  })

  it.each([0, 1, 95, NaN])('refuses a confidence of %j', (confidence) => {
    expect(() => hyperLogLog({ confidence })).toThrow(expect.objectContaining({ code: 'invalid-option' }))
  })
})
