import fc from 'fast-check'
import { codec } from 'tanager'
import { hyperLogLog } from 'tanager/algebra'
import { expect } from 'vitest'
import { semigroupLaws } from '../laws.ts'

/** Others for every seed. */
const names = (seed: number, n: number) => Array.from({ length: n }, (_, i) => `${seed}:${i}`)

const values = (p: number, most: number) => {
  const sum = hyperLogLog({ p })
  const prepared = [0, 1, 2, 3].map((seed) => names(seed, most).map(sum.prepare))
  const total = (seed: number, n: number) => sum.concatMany?.((prepared[seed] ?? []).slice(0, n)) ?? expect.unreachable()
  return fc.oneof(
    { weight: 4, arbitrary: fc.nat(50).map((n) => sum.prepare(`${n}`)) },
    { weight: 2, arbitrary: fc.tuple(fc.nat(3), fc.integer({ min: 1, max: 20 })).map(([seed, n]) => total(seed, n)) },
    { weight: 1, arbitrary: fc.tuple(fc.nat(3), fc.integer({ min: 1, max: most })).map(([seed, n]) => total(seed, n)) },
    { weight: 1, arbitrary: fc.constant(sum.empty as NonNullable<typeof sum.empty>) },
  )
}

for (const [p, most] of [
  [4, 40],
  [9, 100],
  [14, 2000],
  [18, 200],
] as const)
  semigroupLaws(`hyperLogLog(${p})`, hyperLogLog({ p }), values(p, most))
semigroupLaws(
  'hyperLogLog(8), of values of several precisions',
  hyperLogLog({ p: 8 }),
  fc.oneof(values(4, 40), values(6, 40), values(8, 40)),
)
semigroupLaws('hyperLogLog(8,int)', hyperLogLog({ p: 8, by: codec.int }), fc.nat(500).map(hyperLogLog({ p: 8, by: codec.int }).prepare))
