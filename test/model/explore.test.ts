import { describe, expect, it } from 'vitest'
import { Cells } from './cells.ts'
import { explore, liveness } from './explore.ts'
import type { Claim, Machine } from './machine.ts'

/** One number, and ways to change it. */
function counting(
  ways: readonly { readonly from: number; readonly to: number; readonly claim?: number }[],
  { claims = [], never = -1, done = -1 }: { readonly claims?: readonly Claim[]; readonly never?: number; readonly done?: number } = {},
): Machine {
  const cells = new Cells()
  const number = cells.cell()
  const story: Machine['story'] = {}
  return {
    cells,
    claims,
    story,
    actions: ways.map(({ from, to, claim = -1 }) => ({
      claim: () => claim,
      step: () => {
        if (number.now !== from) return false
        story.tell?.(`${from} to ${to}`)
        number.now = to
        return true
      },
    })),
    properties: [{ name: `never ${never}`, holds: () => number.now !== never }],
    isDone: () => done === -1 || number.now === done,
  }
}

const weak = { name: 'it', fairness: 'weak' } as const
const strong = { name: 'it', fairness: 'strong' } as const

describe('exploring', () => {
  it('sees every state once', () => {
    const square = Array.from({ length: 100 }, (_, i) => [
      { from: i, to: (i + 1) % 100 },
      { from: i, to: (i + 10) % 100 },
    ]).flat()
    expect(explore(counting(square))).toEqual({ states: 100, steps: 200, depth: 18 })
  })

  it('tells the shortest of all stories', () => {
    const ways = [
      { from: 0, to: 1 },
      { from: 1, to: 2 },
      { from: 2, to: 3 },
      { from: 1, to: 3 },
    ]
    expect(explore(counting(ways, { never: 3 })).broken).toEqual({ property: 'never 3', story: ['0 to 1', '1 to 3'] })
  })

  it('refuses to go on for ever', () => {
    const ways = Array.from({ length: 100 }, (_, i) => ({ from: i, to: i + 1 }))
    expect(() => explore(counting(ways), 50)).toThrow('more than 50 states')
  })
})

describe('a run that is fair and never done', () => {
  const fair = (ways: Parameters<typeof counting>[0], ...claims: readonly Claim[]) => explore(counting(ways, { claims, done: 9 })).broken

  it('is one in which nothing more can happen', () => {
    expect(fair([{ from: 0, to: 1, claim: 0 }], weak)).toEqual({
      property: liveness,
      story: ['0 to 1', 'and nothing more happens, though not all is done'],
    })
    expect(fair([{ from: 0, to: 9, claim: 0 }], weak)).toBeUndefined()
  })

  it('is one in which nobody has a claim to what could happen', () => {
    expect(fair([{ from: 0, to: 9 }])?.property).toBe(liveness)
  })

  it('is one that passes by a weak claim now and then, but not one that passes by a strong claim', () => {
    const round = [
      { from: 0, to: 1, claim: 0 },
      { from: 1, to: 0, claim: 0 },
      { from: 1, to: 9, claim: 1 },
    ]
    expect(fair(round, weak, weak)).toEqual({ property: liveness, story: ['and it goes round in 2 states, and is never done'] })
    expect(fair(round, weak, strong)).toBeUndefined()
  })

  it('is none that passes by a weak claim which always could be served', () => {
    const round = [
      { from: 0, to: 1, claim: 0 },
      { from: 1, to: 0, claim: 0 },
      { from: 0, to: 9, claim: 1 },
      { from: 1, to: 9, claim: 1 },
    ]
    expect(fair(round, weak, weak)).toBeUndefined()
  })

  // The part of 0 and 1 passes a strong claim by; what is left of it without 1, the round of 0 and 2, does not.
  it('is found within one that is not fair', () => {
    const round = [
      { from: 0, to: 1 },
      { from: 1, to: 0, claim: 0 },
      { from: 1, to: 9, claim: 1 },
      { from: 0, to: 2, claim: 2 },
      { from: 2, to: 0, claim: 2 },
    ]
    expect(fair(round, weak, strong, weak)?.property).toBe(liveness)
  })
})
