import { right } from 'fp-ts/lib/Either.js'
import { none, some } from 'fp-ts/lib/Option.js'
import { codec, store } from 'tanager'
import { sum } from 'tanager/algebra'
import { convert, type KindOf, memoryStore, type ReadableStore, readable, type Store } from 'tanager/store'
import { describe, expect, expectTypeOf, it } from 'vitest'

const counters = () => memoryStore(store('counters', { key: codec.string, sum }))
const pair = codec.tuple(codec.string, codec.int)

describe('a converted store', () => {
  it('has other keys and values, and merges by the store’s own aggregation', async () => {
    const kept = counters()
    const cents = { encode: (euros: number) => Math.round(euros * 100), decode: (cents: number) => cents / 100 }
    const euros = convert(kept, { key: pair, value: cents })
    await euros.put(['a', 1], some(1.5))()
    expect(await euros.merge(['a', 1], 0.25)()).toEqual(right(some(1.5)))
    expect(
      await euros.multiGet([
        ['a', 1],
        ['b', 2],
      ])(),
    ).toEqual([right(some(1.75)), right(none)])
    expect(kept.entries()).toEqual([['["a",1]', 175]])
    await euros.put(['a', 1], none)()
    expect(kept.entries()).toEqual([])
  })

  it('takes one way where the other is not needed', async () => {
    const shouted = convert(readable(new Map([['a', 'x']])), { value: { decode: (text) => text.toUpperCase() } })
    expect(await shouted.get('a')()).toEqual(right(some('X')))
    expectTypeOf(shouted).toEqualTypeOf<ReadableStore<string, string>>()
  })

  it('fails where a conversion fails, for that key only, and asks nothing for it', async () => {
    const kept = counters()
    const odd = {
      encode: (n: number) => {
        if (n % 2 === 1) throw new Error(`${n} is odd`)
        return n
      },
      decode: (n: number) => {
        if (n > 100) throw new Error(`${n} is too much`)
        return n
      },
    }
    const even = convert(kept, { value: odd })
    const done = await even.multiPut([
      ['a', some(1)],
      ['b', some(2)],
    ])()
    expect(done).toMatchObject([{ left: { message: '1 is odd' } }, right(undefined)])
    await kept.put('c', some(101))()
    expect(await even.multiGet(['b', 'c'])()).toMatchObject([right(some(2)), { left: { message: '101 is too much' } }])
    expect(
      await convert(counters(), { key: pair }).multiGet([
        ['\ud800', 1],
        ['b', 1],
      ])(),
    ).toMatchObject([{ left: { code: 'encode', retryable: false } }, right(none)])
  })

  it('is of the kind of the store', () => {
    const text = convert(counters() as Store<string, number>, { value: { encode: Number, decode: String } })
    expectTypeOf(text).toEqualTypeOf<Store<string, string>>()
    expect('merge' in convert(readable(new Map([['a', 1]])), {})).toBe(false)
    expectTypeOf<KindOf<Store<string, number>, Date, string>>().toEqualTypeOf<Store<Date, string>>()
    // @ts-expect-error: a store that is written needs the way in, too.
    convert(counters(), { value: { decode: String } })
  })
})
