import { hyperLogLog } from 'tanager/algebra'
import { describe, expect, it } from 'vitest'

/** Others for every seed. */
const names = (seed: number, n: number) => Array.from({ length: n }, (_, i) => `${seed}:${i}`)

describe('the estimate of a HyperLogLog', () => {
  it.each([
    [4, 31],
    [8, 7],
    [10, 3],
    [12, 11],
    [14, 1],
    [18, 5],
  ])('is within its bounds from 1 to 1 000 000 elements, at precision %i', (p, seed) => {
    const sum = hyperLogLog({ p, confidence: 0.9999 })
    let total = sum.empty as NonNullable<typeof sum.empty>
    let n = 0
    for (const upTo of [1, 2, 3, 5, 10, 30, 100, 300, 1000, 3000, 10_000, 30_000, 40_000, 50_000, 100_000, 300_000, 1_000_000]) {
      const more: (typeof total)[] = []
      for (; n < upTo; n++) more.push(sum.prepare(`${seed}:${n}`))
      total = sum.concatMany?.([total, ...more]) ?? expect.unreachable()
      const { estimate, min, max, confidence } = sum.present(total)
      expect(min <= estimate && estimate <= max && confidence === 0.9999).toBe(true)
      expect(min, `${n}`).toBeLessThanOrEqual(n)
      expect(max, `${n}`).toBeGreaterThanOrEqual(n)
    }
  })

  it.each([
    [4, 10],
    [4, 100],
    [4, 3000],
    [5, 1000],
    [6, 500],
    [8, 1000],
    [10, 100],
    [10, 2000],
  ])('has bounds that hold as often as they say, at precision %i with %i elements', (p, n) => {
    const sum = hyperLogLog({ p })
    const tries = 1000
    let within = 0
    let squares = 0
    for (let seed = 0; seed < tries; seed++) {
      const { estimate, min, max } = sum.present(sum.concatMany?.(names(seed, n).map(sum.prepare)) ?? expect.unreachable())
      if (min <= n && n <= max) within += 1
      squares += (estimate / n - 1) ** 2
    }
    // Of 1000 tries, 950 within plus or minus chance: it brings fewer than 925 about once in 10 000 times.
    expect(within).toBeGreaterThan(925)
    expect(Math.sqrt(squares / tries)).toBeLessThan(1.1 * (1.04 / Math.sqrt((1 << p) - 4)))
  })
})
