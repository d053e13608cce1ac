import fc from 'fast-check'
import { type Aggregation, aggregation, codec } from 'tanager'
import { sum } from 'tanager/algebra'
import { assertLawful, checkApproximate } from 'tanager/testing'
import { describe, expect, it } from 'vitest'

/** A sum that is a hundredth too large, one time in `oneIn`. */
function wrongNowAndThen(oneIn: number): Aggregation<number, number, number> {
  return aggregation({
    id: 'nearly',
    value: codec.int,
    semigroup: { concat: (a: number, b: number) => a + b },
    commutative: true,
    present: (total: number) => (total % oneIn === 0 ? total * 1.01 + 1 : total),
  })
}

const inputs = fc.array(fc.integer({ min: 0, max: 1000 }), { minLength: 1, maxLength: 50 })
const exact = (list: readonly number[]) => list.reduce((a, b) => a + b, 0)
const within = (answer: number, truth: number) => Math.abs(answer - truth) <= 0.001 * truth
const promise = { inputs, exact, within, runs: 1000 }

describe('an approximation', () => {
  it.each([0.95, 0.99])('that keeps its promise of %s raises no alarm, over 200 seeds', async (confidence) => {
    const kept = wrongNowAndThen(Math.ceil(1 / (1 - confidence)))
    for (let seed = 1; seed <= 200; seed++)
      assertLawful(await checkApproximate({ ...promise, aggregation: kept, confidence, seed, runs: 100 }))
  })

  it('that does not is told, with the smallest list it is wrong about', async () => {
    const report = await checkApproximate({ ...promise, aggregation: wrongNowAndThen(4), seed: 1 })
    expect(report.broken.map(({ sentence }) => sentence)).toEqual([
      expect.stringMatching(
        /^nearly: out of its bounds 2\d\d times in 1000, of which \d\d may be chance: of \d+ inputs? it answers [\d.]+, the truth is \d+$/,
      ),
    ])
    expect(() => assertLawful(report)).toThrow('out of its bounds')
  })

  it('that promises certainty is not allowed a single miss', async () => {
    assertLawful(await checkApproximate({ ...promise, aggregation: sum, confidence: 1, seed: 1 }))
    const { broken } = await checkApproximate({ ...promise, aggregation: wrongNowAndThen(200), confidence: 1, seed: 1 })
    expect(broken).toMatchObject([{ sentence: /of which 0 may be chance/ }])
  })

  it('is not passed on too few runs', async () => {
    const report = await checkApproximate({ ...promise, aggregation: sum, runs: 3, seed: 1 })
    expect(() => assertLawful(report)).toThrow('3 runs are too few to tell chance from a fault')
  })

  it('is merged in all ways, always in order', async () => {
    const shapes = new Set<string>()
    const grouping = aggregation<string, number, string>({
      id: 'grouping',
      value: codec.string,
      prepare: String,
      semigroup: { concat: (a, b) => `(${a} ${b})` },
      concatMany: (values) => `[${values.join(' ')}]`,
      present: (text) => {
        shapes.add(text.replaceAll(/\d+/g, '.'))
        return text.replaceAll(/[()[\]]/g, '')
      },
    })
    const list = Array.from({ length: 40 }, (_, i) => i)
    const ordered = { inputs: [list], exact: () => list.join(' '), within: (answer: string, truth: string) => answer === truth }
    assertLawful(await checkApproximate({ aggregation: grouping, ...ordered, confidence: 1, seed: 1 }))
    expect(shapes.size).toBeGreaterThan(100)
    expect([...shapes].filter((shape) => shape.includes('[')).length).toBeGreaterThan(50)
  })
})
