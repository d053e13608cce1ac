import fc from 'fast-check'
import { codec } from 'tanager'
import { hyperLogLog, hyperLogLogSeries } from 'tanager/algebra'
import { describe, expect, it } from 'vitest'
import { refusal } from '../../codec/refusal.ts'
import { semigroupLaws } from '../laws.ts'

const runs = { numRuns: 1000 }
const timed = fc.tuple(fc.nat(200).map(String), fc.integer({ min: -50, max: 50 }))

const values = (options: { readonly p: number; readonly keep?: number }) => {
  const sum = hyperLogLogSeries(options)
  return fc.oneof(
    timed.map(sum.prepare),
    fc.array(timed, { minLength: 1, maxLength: 60 }).map((list) => sum.concatMany?.(list.map(sum.prepare)) ?? expect.unreachable()),
    fc.constant(sum.empty as NonNullable<typeof sum.empty>),
  )
}

semigroupLaws('hyperLogLogSeries(4)', hyperLogLogSeries({ p: 4 }), values({ p: 4 }))
semigroupLaws('hyperLogLogSeries(12)', hyperLogLogSeries(), values({ p: 12 }))
semigroupLaws('hyperLogLogSeries(4,keep:20)', hyperLogLogSeries({ p: 4, keep: 20 }), values({ p: 4, keep: 20 }))
semigroupLaws('hyperLogLogSeries(6), of two precisions', hyperLogLogSeries({ p: 6 }), fc.oneof(values({ p: 4 }), values({ p: 6 })))

describe('hyperLogLogSeries', () => {
  it('says for any time what a HyperLogLog of what came since says', () => {
    const inputs = fc.tuple(
      fc.integer({ min: 4, max: 14 }),
      fc.array(timed, { minLength: 1, maxLength: 120 }),
      fc.integer({ min: -60, max: 60 }),
    )
    fc.assert(
      fc.property(inputs, ([p, list, time]) => {
        const series = hyperLogLogSeries({ p })
        const plain = hyperLogLog({ p })
        const later = list.filter(([, at]) => at >= time).map(([value]) => plain.prepare(value))
        const shown = series.present(series.concatMany?.(list.map(series.prepare)) ?? expect.unreachable())
        expect(shown.since(time)).toEqual(plain.present(later.reduce(plain.semigroup.concat, plain.empty as never)))
        expect(shown.latest).toBe(Math.max(...list.map(([, at]) => at)))
      }),
      runs,
    )
  })

  it('says the same with a limit, as far back as it goes, and refuses to say more', () => {
    const inputs = fc.tuple(fc.array(timed, { minLength: 1, maxLength: 120 }), fc.nat(40))
    fc.assert(
      fc.property(inputs, ([list, back]) => {
        const all = hyperLogLogSeries({ p: 4 })
        const some = hyperLogLogSeries({ p: 4, keep: 20 })
        const total = (sum: typeof all) => sum.present(list.map(sum.prepare).reduce(sum.semigroup.concat))
        const time = Math.max(...list.map(([, at]) => at)) - back
        if (back <= 20) expect(total(some).since(time)).toEqual(total(all).since(time))
        else expect(() => total(some).since(time)).toThrow(expect.objectContaining({ code: 'invalid-option' }))
      }),
      runs,
    )
  })

  it('may be asked by dates, leaves fractions of time aside, and takes values of other types by their codec', () => {
    const sum = hyperLogLogSeries({ by: codec.int })
    const shown = sum.present(sum.semigroup.concat(sum.prepare([1, 5.9]), sum.prepare([2, 7])))
    expect([shown.since(5.9), shown.since(new Date(6)), shown.since(8)].map(({ estimate }) => estimate)).toEqual([2, 1, 0])
    expect(() => shown.since(NaN)).toThrow(expect.objectContaining({ code: 'invalid-option' }))
    expect(shown.since(Number.NEGATIVE_INFINITY).estimate).toBe(2)
  })

  it.each([NaN, Infinity, 2 ** 52, undefined])('refuses an element at %s', (at) => {
    refusal('encode', () => hyperLogLogSeries().prepare(['a', at as number]))
  })

  it('has every parameter of what it keeps in its id', () => {
    expect(hyperLogLogSeries().id).toBe('hyperLogLogSeries(12)')
    expect(hyperLogLogSeries({ p: 4, keep: 1000, by: codec.int, confidence: 0.9 }).id).toBe('hyperLogLogSeries(4,keep:1000,int)')
    for (const keep of [0, -1, 1.5, NaN]) {
      expect(() => hyperLogLogSeries({ keep })).toThrow(expect.objectContaining({ code: 'invalid-option' }))
    }
  })

  it('grows with the logarithm of its elements', () => {
    const sum = hyperLogLogSeries({ p: 8 })
    let total = sum.empty as NonNullable<typeof sum.empty>
    for (let from = 0; from < 100_000; from += 10_000) {
      const list = Array.from({ length: 10_000 }, (_, i) => sum.prepare([`${from + i}`, from + i]))
      total = sum.concatMany?.([total, ...list]) ?? expect.unreachable()
    }
    const sightings = (256 * (1 + Math.log2(100_000 / 256))) / 2
    expect(sum.codec.binary?.toBytes(total).length).toBeLessThan(5 * 1.2 * sightings)
  })
})

describe('the bytes of a series', () => {
  const { prepare, concatMany, codec: written, empty } = hyperLogLogSeries({ p: 6 })
  const total = concatMany?.(Array.from({ length: 300 }, (_, i) => prepare([`${i}`, 1_700_000_000_000 + i * 977]))) as never
  const { toBytes, fromBytes } = written.binary as NonNullable<typeof written.binary>

  it('hold any time there may be', () => {
    for (const at of [1 - 2 ** 52, -1, 0, 2 ** 52 - 1]) {
      const value = concatMany?.([prepare(['a', at]), prepare(['b', -at])]) as never
      expect(fromBytes(toBytes(value))).toEqual(value)
    }
    expect(fromBytes(toBytes(empty as never))).toEqual(empty)
  })

  it('are refused if one bit is another, and if any are missing', () => {
    const bytes = toBytes(total)
    for (let at = 0; at < bytes.length; at++) {
      refusal('decode', () => fromBytes(bytes.subarray(0, at)))
      for (let bit = 0; bit < 8; bit++) {
        const changed = bytes.slice()
        changed[at] = (changed[at] as number) ^ (1 << bit)
        refusal('decode', () => fromBytes(changed))
      }
    }
  })

  it('are refused if they are newer', () => {
    const bytes = toBytes(total).slice()
    bytes[1] = 2
    expect(refusal('decode', () => fromBytes(bytes)).message).toContain('version 2')
  })

  it.each([[1, 2], [(6 << 24) | 65], [(6 << 24) | 65, 0.5], [(6 << 24) | 65, '0'], [(6 << 24) | 65, 1, 2], 'AAAA', 5, null, {}])(
    'and JSON that is none is refused: %j',
    (...json) => {
      refusal('decode', () => written.fromJson((json.length === 1 ? json[0] : json) as never))
    },
  )

  it.each([5, 'a', null, undefined, {}, [1, 2], { p: 6, entries: new Int32Array(2), times: new Float64Array(1) }])(
    'and a value that is none is not written: %j',
    (value) => {
      refusal('encode', () => written.toJson(value as never))
      refusal('encode', () => toBytes(value as never))
    },
  )
})
