import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { plainest, smallest } from '../../../testing/simulate/smallest.ts'

/** Whether `part` is what is left of `list` when some are left out: the same objects in the same order. */
function isPartOf(part: readonly unknown[], list: readonly unknown[]): boolean {
  let at = 0
  for (const each of list) if (at < part.length && part[at] === each) at += 1
  return at === part.length
}

const without = <A>(list: readonly A[], at: number): readonly A[] => [...list.slice(0, at), ...list.slice(at + 1)]

/** Lists of objects, told apart by what they are; and something that holds of them, capricious as it may be. */
const tasks = fc
  .tuple(fc.array(fc.nat(9), { maxLength: 30 }), fc.oneof(fc.constant('sum'), fc.constant('some'), fc.constant('chance')), fc.nat(1000))
  .map(([numbers, kind, salt]) => {
    const list = numbers.map((n, i) => ({ n, i }))
    const sum = (part: typeof list) => part.reduce((total, { n }) => total + n, 0)
    const needed = new Set(list.filter(({ i }) => (i * 7 + salt) % 5 === 0).map(({ i }) => i))
    const rules = {
      sum: (part: typeof list) => sum(part) >= sum(list) / 2,
      some: (part: typeof list) => [...needed].every((i) => part.some((each) => each.i === i)),
      // Holds or not for no reason, but always the same of the same part.
      chance: (part: typeof list) => part.length === list.length || part.reduce((hash, { i }) => (hash * 31 + i + salt) % 101, 7) % 3 === 0,
    }
    return { list, rule: rules[kind as keyof typeof rules] }
  })

describe('smallest', () => {
  it('answers a part, in order, of which it still holds, and not without any single one', () =>
    fc.assert(
      fc.asyncProperty(tasks, async ({ list, rule }) => {
        const part = await smallest(list, async (some) => rule([...some]))
        expect(isPartOf(part, list)).toBe(true)
        expect(rule([...part])).toBe(true)
        for (const at of part.keys()) expect(rule([...without(part, at)]), `without ${at}`).toBe(false)
      }),
      { numRuns: 300 },
    ))

  it('answers the smallest so far when there is no more time', () =>
    fc.assert(
      fc.asyncProperty(tasks, fc.nat(20), async ({ list, rule }, patience) => {
        let asked = 0
        const part = await smallest(list, async (some) => asked++ < patience && rule([...some]))
        expect(isPartOf(part, list)).toBe(true)
        expect(rule([...part])).toBe(true)
      }),
    ))

  it('tries only smaller parts, each smaller than the last that held', () =>
    fc.assert(
      fc.asyncProperty(tasks, async ({ list, rule }) => {
        let best = list.length
        await smallest(list, async (some) => {
          expect(some.length).toBeLessThan(best)
          const holds = rule([...some])
          if (holds) best = some.length
          return holds
        })
      }),
    ))

  it('finds two of a thousand without trying each for each', async () => {
    const list = Array.from({ length: 1000 }, (_, i) => i)
    let asked = 0
    const part = await smallest(list, async (some) => {
      asked += 1
      return some.includes(123) && some.includes(877)
    })
    expect(part).toEqual([123, 877])
    expect(asked).toBeLessThan(200)
  })

  it('leaves nothing where nothing is needed, and asks nothing of an empty list', async () => {
    expect(await smallest([1, 2, 3], async () => true)).toEqual([])
    expect(await smallest([], () => Promise.reject(new Error('asked')))).toEqual([])
  })
})

describe('plainest', () => {
  const padded = (list: readonly number[], length: number) => [...list, ...Array<number>(length - list.length).fill(0)]

  it('sets to zero what can be, leaves the rest as it was, and ends with what is not zero', () =>
    fc.assert(
      fc.asyncProperty(fc.array(fc.nat(3), { maxLength: 25 }), fc.nat(1000), async (list, salt) => {
        const needed = [...list.keys()].filter((at) => (at * 13 + salt) % 4 === 0)
        const rule = (some: readonly number[]) => needed.every((at) => (some[at] ?? 0) === list[at])
        const plain = await plainest(list, async (some) => rule(some))
        expect(rule(plain)).toBe(true)
        expect(plain.at(-1)).not.toBe(0)
        const wanted = list.map((number, at) => (needed.includes(at) ? number : 0))
        expect(padded(plain, list.length)).toEqual(wanted)
      }),
    ))

  it('asks about lists of one length, so that each number keeps its place', () =>
    fc.assert(
      fc.asyncProperty(fc.array(fc.nat(3), { maxLength: 25 }), async (list) => {
        await plainest(list, async (some) => {
          expect(some).toHaveLength(list.length)
          return some.filter((number) => number !== 0).length % 2 === 1
        })
      }),
    ))

  it('answers what it was given, but for zeros at its end, when nothing else will do', async () => {
    expect(await plainest([0, 2, 0, 1, 0, 0], async () => false)).toEqual([0, 2, 0, 1])
    expect(await plainest([], async () => true)).toEqual([])
    expect(await plainest([0, 0], async () => false)).toEqual([])
  })
})
