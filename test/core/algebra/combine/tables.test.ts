import fc from 'fast-check'
import { aggregation, codec, job, source, store } from 'tanager'
import { list, mapOf, record, setOf, sparseSum, sum } from 'tanager/algebra'
import { memory } from 'tanager/memory'
import { describe, expect, it } from 'vitest'
import { semigroupLaws } from '../laws.ts'

const text = aggregation({ id: 'text', value: codec.string, semigroup: { concat: (a, b) => a + b } })
const ints = fc.integer({ min: -50, max: 50 })
const words = fc.string({ maxLength: 3 })
const names = fc.constantFrom('a', 'b', 'c', '__proto__', 'constructor')
const full = fc.integer({ min: -2, max: 2 }).filter((x) => x !== 0)

const tables = <A>(values: fc.Arbitrary<A>) => fc.dictionary(names, values, { maxKeys: 4 })
semigroupLaws('record(sum)', record(sum), tables(ints))
semigroupLaws('record(text)', record(text), tables(words))
semigroupLaws('record(sparseSum)', record(sparseSum), tables(full))
semigroupLaws('record(list)', record(list(codec.int, { last: 2 })), tables(fc.array(ints, { maxLength: 2 })))
semigroupLaws('record(record(sparseSum))', record(record(sparseSum)), tables(fc.dictionary(names, full, { minKeys: 1, maxKeys: 2 })))
describe('tables of totals', () => {
  it('merge in time linear in their size', () => {
    const size = 200_000
    const large = () => new Map(Array.from({ length: size }, (_, i) => [i, 1]))
    // Two walks of one through the other would be 4 * 10^10 steps.
    expect(
      mapOf(codec.int, sum)
        .semigroup.concat(large(), large())
        .get(size - 1),
    ).toBe(2)
  })

  it('tell keys apart by their encodings', () => {
    const merged = mapOf(codec.date, sum).semigroup.concat(new Map([[new Date(5), 1]]), new Map([[new Date(5), 2]]))
    expect([...merged]).toEqual([[new Date(5), 3]])
  })

  it('let go of entries that come to nothing, and refuse such as were nothing from the start', async () => {
    const stock = store('stock', { key: codec.string, sum: record(sparseSum) })
    const moves = source('moves', { item: codec.json<{ readonly [part: string]: number }>() })
    const counting = job('stock', moves.map((move) => ['all', move] as const).sumByKey(stock))
    const ran = await memory()
      .on(counting)
      .run({ moves: [{ bolt: 2, nut: 1 }, { bolt: -2 }, { nut: 0 }] })
    expect(ran.stores.stock.get('all')).toEqual({ nut: 1 })
    expect(ran.deadLetters).toHaveLength(1)
    expect(ran.deadLetters[0]?.error).toContain('entries that say more than no entry')
    const prepared = await memory()
      .on(job('prepared', moves.map((move) => ['all', move] as const).aggregateByKey(stock)))
      .run({ moves: [{ bolt: 2, nut: 0 }, { bolt: -2 }] })
    expect([prepared.stores.stock.size, prepared.deadLetters]).toEqual([0, []])
  })

  it('refuse stored entries that are nothing', () => {
    expect(() => mapOf(codec.int, sparseSum).codec.decode('[[1,0]]')).toThrow(
      /cannot read this value; got \[1,0\]; allowed: entries that say more/,
    )
  })

  it('prepare and present every entry', () => {
    const members = mapOf(codec.string, setOf(codec.int))
    expect(members.prepare(new Map([['a', 1]]))).toEqual(new Map([['a', new Set([1])]]))
    const sizes = record({ ...sum, present: (n: number) => `${n}!` })
    expect(sizes.present({ a: 1 })).toEqual({ a: '1!' })
  })
})
