import fc from 'fast-check'
import { codec, job, source, store } from 'tanager'
import { histogram } from 'tanager/algebra'
import { memory } from 'tanager/memory'
import { describe, expect, it } from 'vitest'
import { semigroupLaws, totalsOf } from '../laws.ts'

const latency = histogram([10, 100, 1000])
const inputs = fc.oneof(fc.double({ noNaN: true, min: -10, max: 2000 }), fc.constantFrom(10, 100, 1000, Infinity, -Infinity))

semigroupLaws('histogram', latency, totalsOf(latency, inputs))
semigroupLaws('histogram of one edge', histogram([0]), totalsOf(histogram([0]), fc.integer()))

describe('histogram', () => {
  it('counts between edges', async () => {
    const times = source('times', { item: codec.float })
    const all = store('all', { key: codec.string, sum: latency })
    const { stores, deadLetters } = await memory({ batchSize: 3 })
      .on(job('latency', times.keyBy(() => 'all').aggregateByKey(all)))
      .run({ times: [5, 10, 99.9, 100, 5000, -Infinity, Number.NaN] })
    expect(stores.all.get('all')).toEqual([
      { from: -Infinity, to: 10, count: 2 },
      { from: 10, to: 100, count: 2 },
      { from: 100, to: 1000, count: 1 },
      { from: 1000, to: Infinity, count: 1 },
    ])
    expect(deadLetters).toHaveLength(1)
  })

  it('puts every number where its edges say', () => {
    fc.assert(
      fc.property(inputs, (x) => {
        const [bucket] = latency.present(latency.prepare(x)).filter(({ count }) => count > 0)
        expect(bucket !== undefined && bucket.from <= x && (x < bucket.to || bucket.to === Infinity)).toBe(true)
      }),
      { numRuns: 1000 },
    )
  })

  it.each(['[0]', '[4,1]', '[0,0]', '[1,2,0,3]', '[0,1.5]', '[0.5,1]', '[0,"1"]', '{}', '[null,1]', '[0,9007199254740992]'])(
    'refuses a stored %s',
    (text) => {
      expect(() => latency.codec.decode(text)).toThrow(/cannot read this value/)
    },
  )

  it.each([[[]], [[1, 1]], [[2, 1]], [[Number.NaN]], [[Infinity]]])('refuses the edges %s', (edges) => {
    expect(() => histogram(edges)).toThrow('allowed: finite numbers, at least one, each greater than the one before')
  })
})
