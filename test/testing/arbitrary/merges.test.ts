import fc from 'fast-check'
import { type Aggregation, aggregation, codec } from 'tanager'
import { sum } from 'tanager/algebra'
import { describe, expect, it } from 'vitest'
import { merged, type RandomMerge, randomMerges } from '../../../testing/arbitrary/merges.ts'
import type { MergeTree } from '../../../testing/laws/merge-tree.ts'

const numbers = fc.array(fc.integer({ min: 0, max: 9 }), { maxLength: 300, size: 'max' })

function placesOf(tree: MergeTree): readonly number[] {
  if (tree.kind === 'merge') return [...placesOf(tree.left), ...placesOf(tree.right)]
  return Array.from({ length: tree.to - tree.from }, (_, i) => tree.from + i)
}

const depthOf = (tree: MergeTree): number => (tree.kind === 'run' ? 1 : 1 + Math.max(depthOf(tree.left), depthOf(tree.right)))

describe('randomMerges', () => {
  it('has every input in its place, once', async () => {
    fc.assert(
      fc.property(await randomMerges(numbers), ({ inputs, tree }) => {
        expect(inputs.length).toBeGreaterThan(0)
        expect(placesOf(tree)).toEqual(inputs.map((_, i) => i))
        expect(depthOf(tree)).toBeLessThan(40)
      }),
    )
  })

  it('comes to the same for what is associative', async () => {
    fc.assert(
      fc.property(await randomMerges(numbers), (merge) => {
        expect(merged(sum, merge)).toBe(merge.inputs.reduce((a, b) => a + b, 0))
      }),
    )
  })

  it('finds what is not, on the smallest list', async () => {
    const minus = aggregation({ value: codec.int, semigroup: { concat: (a, b) => a - b } })
    const found = fc.check(
      fc.property(await randomMerges(numbers), (merge) => merged(minus, merge) === merge.inputs.reduce((a, b) => a - b)),
      { seed: 1 },
    )
    const [smallest] = found.counterexample as [RandomMerge<number>]
    expect(smallest.inputs.length).toBe(3)
    expect(fc.stringify(smallest)).toMatch(/^\((\d) \((\d) (\d)\)\)$|^\((\d) \[(\d) (\d)\]\)$/)
  })

  it('goes through groups of many at once, and one by one', async () => {
    const calls = { concat: 0, concatMany: 0 }
    const watched: Aggregation<number> = {
      ...sum,
      semigroup: {
        concat: (a, b) => {
          calls.concat += 1
          return a + b
        },
      },
      concatMany: (values) => {
        calls.concatMany += 1
        return values.reduce((a, b) => a + b)
      },
    }
    for (const merge of fc.sample(await randomMerges(numbers), { seed: 1, numRuns: 100 })) merged(watched, merge)
    expect(calls.concat).toBeGreaterThan(300)
    expect(calls.concatMany).toBeGreaterThan(100)
  })
})
