import { isDeepStrictEqual } from 'node:util'
import fc from 'fast-check'
import { hyperLogLog } from 'tanager/algebra'
import { describe, expect, it } from 'vitest'
import { refusal } from '../../codec/refusal.ts'

const sum = hyperLogLog()
const { toBytes, fromBytes } = sum.codec.binary as NonNullable<typeof sum.codec.binary>
const of = (n: number, p = 14) => {
  const { prepare, concatMany } = hyperLogLog({ p })
  return concatMany?.(Array.from({ length: n }, (_, i) => prepare(`v${i}`))) ?? expect.unreachable()
}
const bytesOf = (n: number) => toBytes(n === 0 ? (sum.empty as never) : of(n))
const header = (bytes: Uint8Array) => [...bytes.subarray(0, 16)]

describe('the bytes of a HyperLogLog', () => {
  it("are Redis's: an empty one is a header and one long run", () => {
    expect([...bytesOf(0)]).toEqual([...Buffer.from('HYLL'), 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x80, 0x7f, 0xff])
  })

  it('are few while the elements are few', () => {
    const lengths = [1, 10, 100, 1000].map((n) => bytesOf(n).length)
    expect(lengths[0]).toBeLessThanOrEqual(21)
    expect(lengths[1]).toBeLessThanOrEqual(16 + 3 * 11)
    expect(lengths[3]).toBeLessThan(2500)
  })

  it('become dense where sparse ones would be longer than 3000', () => {
    let total = sum.prepare('v0')
    const lengths = Array.from({ length: 3000 }, (_, i) => {
      total = sum.semigroup.concat(total, sum.prepare(`v${i}`))
      return toBytes(total).length
    })
    const sparse = lengths.filter((length) => length !== 12304)
    expect(Math.max(...sparse)).toBeGreaterThan(2990)
    expect(Math.max(...sparse)).toBeLessThanOrEqual(3000)
    expect(lengths.slice(sparse.length).every((length) => length === 12304)).toBe(true)
  })

  it('have runs that are as long as there may be', () => {
    const dense = new Uint8Array(12304)
    // The first eleven registers hold 1, the others nothing.
    dense.set([...Buffer.from('HYLL'), 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x41, 0x10, 0x04, 0x41, 0x10, 0x04, 0x41, 0x10])
    expect([...toBytes(fromBytes(dense))].slice(16)).toEqual([0x83, 0x83, 0x82, 0x7f, 0xf4])
  })

  it('are dense for a rank above 32, which no run can say', () => {
    const rare = (14 << 24) | (77 << 6) | 33
    expect(toBytes(rare).length).toBe(12304)
    expect(fromBytes(toBytes(rare))).toBe(rare)
    expect(toBytes(rare - 1).length).toBeLessThan(25)
  })

  it.each([4, 5, 10, 13, 15, 16, 18])('note a precision that is not the one of Redis: %i', (p) => {
    for (const n of [0, 1, 10, 100, 5000, 300_000]) {
      const value = n === 0 ? (hyperLogLog({ p }).empty as never) : of(n, p)
      const bytes = toBytes(value)
      expect(header(bytes)[5]).toBe(p)
      expect(isDeepStrictEqual(fromBytes(bytes), value)).toBe(true)
      expect(isDeepStrictEqual(sum.codec.decode(sum.codec.encode(value)), value)).toBe(true)
      expect(bytes.length).toBeLessThanOrEqual(16 + ((1 << p) * 6) / 8)
    }
  })

  it('do not depend on what they were written from', () => {
    const lone = sum.prepare('v0')
    expect(toBytes(sum.concatMany?.([lone, lone]) as never)).toEqual(toBytes(lone))
    const dense = new Uint8Array(12304)
    dense.set([...Buffer.from('HYLL'), 0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8])
    expect(fromBytes(dense)).toEqual(sum.empty)
  })

  it('are small in the log: a register alone is a number there', () => {
    expect(sum.codec.toJson(sum.prepare('ann'))).toBeTypeOf('number')
    expect(JSON.stringify(sum.codec.toJson(of(10))).length).toBeLessThan(80)
  })
})

describe('bytes that are no HyperLogLog', () => {
  const cases: Record<string, readonly [Uint8Array, string]> = {
    'none at all': [new Uint8Array(0), 'these 0 bytes are no HyperLogLog'],
    'a header that is cut off': [bytesOf(5).subarray(0, 15), 'at least 16 bytes that begin with HYLL'],
    'other text': [Buffer.from('something else entirely'), 'no HyperLogLog'],
    'a sparse one that is cut off': [bytesOf(5).subarray(0, -1), 'allowed'],
    'a header alone': [bytesOf(5).subarray(0, 16), 'a sparse HyperLogLog of 0 registers; got "48 59 4c 4c 01 00 00 00"; allowed: 16384'],
    'a sparse one with a byte more': [Buffer.concat([bytesOf(5), Buffer.of(0)]), 'more registers'],
    'a run that is cut in two': [Buffer.concat([bytesOf(5).subarray(0, 16), Buffer.of(0x7f)]), 'cut off'],
    'a dense one that is cut off': [bytesOf(5000).subarray(0, -1), 'a dense HyperLogLog of 12303 bytes'],
    'a dense one with a byte more': [Buffer.concat([bytesOf(5000), Buffer.of(0)]), 'a dense HyperLogLog of 12305 bytes'],
    'a rank that no hash has': [with_(bytesOf(5000), 16, 0x3f), '63 in the register 0; got'],
    'a precision there is not': [with_(bytesOf(5), 5, 19), 'precision 19'],
    'another precision than its length': [with_(bytesOf(5000), 5, 13), '6160 bytes at precision 13'],
    'a newer encoding': [with_(bytesOf(5), 4, 2), 'a newer format, 2.0.0'],
    'a newer layout': [with_(bytesOf(5), 6, 1), 'a newer format, 1.1.0'],
  }

  it.each(Object.entries(cases))('%s is refused, and said', (_, [bytes, told]) => {
    expect(refusal('decode', () => fromBytes(bytes)).message).toContain(told)
  })

  it('are refused however they are cut', () => {
    for (const n of [0, 1, 50, 1000, 5000]) {
      const bytes = bytesOf(n)
      for (let length = 0; length < bytes.length; length += n > 1000 ? 97 : 1) refusal('decode', () => fromBytes(bytes.subarray(0, length)))
    }
  })

  it('are refused, or are another HyperLogLog, whatever is changed in them', () => {
    const damaged = fc.tuple(fc.constantFrom(1, 20, 400, 5000), fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 5 }))
    fc.assert(
      fc.property(damaged, ([n, changes]) => {
        const bytes = bytesOf(n).slice()
        for (const [at, byte] of changes) bytes[at % bytes.length] = byte
        let value: Parameters<typeof toBytes>[0]
        try {
          value = fromBytes(bytes)
        } catch (error) {
          expect(error).toMatchObject({ code: 'decode' })
          return
        }
        expect(isDeepStrictEqual(fromBytes(toBytes(value)), value)).toBe(true)
        const { estimate, min, max } = sum.present(value)
        expect(min <= estimate && estimate <= max).toBe(true)
      }),
      { numRuns: 1000 },
    )
  })

  it.each([0, -1, 0.5, NaN, 2 ** 31, 3 << 24, (14 << 24) | 52, (14 << 24) | (5 << 6), (19 << 24) | 65, 'AAAA', '%', [1], null, {}])(
    'and JSON that is none is refused: %j',
    (json) => {
      refusal('decode', () => sum.codec.fromJson(json as never))
    },
  )

  it.each([
    0,
    -1,
    1.5,
    'ann',
    null,
    undefined,
    {},
    { p: 14 },
    { p: 3, entries: new Int32Array(0) },
    { p: 14, registers: new Uint8Array(3) },
  ])('and a value that is none is not written: %j', (value) => {
    refusal('encode', () => sum.codec.toJson(value as never))
    refusal('encode', () => toBytes(value as never))
    refusal('encode', () => sum.codec.encode(value as never))
  })
})

function with_(bytes: Uint8Array, at: number, byte: number): Uint8Array {
  const changed = bytes.slice()
  changed[at] = byte
  return changed
}
