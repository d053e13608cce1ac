import fc from 'fast-check'
import { none, some } from 'fp-ts/lib/Option.js'
import { codec, job, source, store } from 'tanager'
import { contramap, count, map, reset, setDelta, setOf, sum } from 'tanager/algebra'
import { memory } from 'tanager/memory'
import { describe, expect, it } from 'vitest'
import { semigroupLaws, totalsOf } from '../laws.ts'

const words = fc.string({ maxLength: 2 })
const days = fc.integer({ min: 0, max: 3 }).map((day) => new Date(day))
const changes = <A>(members: fc.Arbitrary<A>) => fc.oneof(fc.record({ add: members }), fc.record({ remove: members }))
const resets = <A>(inputs: fc.Arbitrary<A>) =>
  fc.oneof({ weight: 3, arbitrary: inputs.map(some) }, { weight: 1, arbitrary: fc.constant(none) })

semigroupLaws('setOf(string)', setOf(codec.string), totalsOf(setOf(codec.string), words))
semigroupLaws('setOf(date)', setOf(codec.date), totalsOf(setOf(codec.date), days))
semigroupLaws('setDelta(int)', setDelta(codec.int), totalsOf(setDelta(codec.int), changes(fc.nat(4))))
semigroupLaws('setDelta(date)', setDelta(codec.date), totalsOf(setDelta(codec.date), changes(days)))
semigroupLaws('reset(sum)', reset(sum), totalsOf(reset(sum), resets(fc.integer({ min: -50, max: 50 }))))
semigroupLaws('reset(setOf)', reset(setOf(codec.int)), totalsOf(reset(setOf(codec.int)), resets(fc.nat(9))))

describe('setOf', () => {
  it('holds each member once', async () => {
    const views = source('views', { item: codec.tuple(codec.string, codec.date) })
    const active = store('active', { key: codec.string, sum: map(setOf(codec.date), (all) => all.size) })
    const { stores } = await memory()
      .on(job('active', views.aggregateByKey(active)))
      .run({
        views: [
          ['Ada', new Date(1)],
          ['Ada', new Date(1)],
          ['Ada', new Date(2)],
        ],
      })
    expect(stores.active.get('Ada')).toBe(2)
  })

  it('writes equal sets alike', () => {
    expect(setOf(codec.int).codec.encode(new Set([10, 9]))).toBe('[10,9]')
    expect(setOf(codec.int).codec.encode(new Set([9, 10]))).toBe('[10,9]')
    expect(() => setOf(codec.int).codec.decode('[1,1]')).toThrow('allowed: members that differ in their text')
    expect(() => setOf(codec.date).codec.encode(new Set([new Date(1), new Date(1)]))).toThrow('members that differ')
  })

  it('refuses what goes beyond its limit, and goes on', async () => {
    const words = source('words', { item: codec.string })
    const few = store('few', { key: codec.string, sum: setOf(codec.string, { limit: 2 }) })
    const { stores, deadLetters } = await memory({ batchSize: 1 })
      .on(job('few', words.keyBy(() => 'all').aggregateByKey(few)))
      .run({ words: ['a', 'b', 'c', 'a'] })
    expect(stores.few.get('all')).toEqual(new Set(['a', 'b']))
    expect(deadLetters.map(({ error }) => error)).toEqual([expect.stringContaining('allowed: up to 2 members')])
    expect(() => setOf(codec.string, { limit: 0 })).toThrow('allowed: a whole number, 1 or more')
  })
})

describe('setDelta', () => {
  it('does what was done last', () => {
    fc.assert(
      fc.property(fc.array(changes(fc.nat(5)), { minLength: 1 }), (all) => {
        const expected = new Set<number>()
        for (const change of all) {
          if ('add' in change) expected.add(change.add)
          else expected.delete(change.remove)
        }
        const { prepare, present, semigroup } = setDelta(codec.int)
        expect(present(all.map(prepare).reduce(semigroup.concat))).toEqual(expected)
      }),
      { numRuns: 1000 },
    )
  })

  it('does not commute', () => {
    expect(setDelta(codec.int).commutative).toBe(false)
  })
})

describe('reset', () => {
  const till = contramap(reset(sum), (event: number | 'emptied') => (event === 'emptied' ? none : some(event)))
  const total = (events: readonly (number | 'emptied')[]) => till.present(events.map(till.prepare).reduce(till.semigroup.concat))

  it('begins anew', () => {
    expect(total([5, 7, 'emptied', 1, 2])).toEqual(some(3))
    expect(total([5, 'emptied'])).toEqual(none)
    expect(reset(count).commutative).toBe(false)
  })
})
