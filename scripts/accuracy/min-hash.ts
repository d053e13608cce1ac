import { minHash } from 'tanager/algebra'
import { fill } from './fill.ts'
import { plain, type Table, whole } from './table.ts'

const runs = 10
const union = 10_000

export function minHashTable(): Table {
  return {
    title: `minHash: the error of a similarity, of ${runs} pairs of sets with ${whole(union)} keys together`,
    columns: ['`size`', 'true similarity', 'root mean square', 'worst', 'bound, in 99 of 100'],
    rows: [256, 1024, 4096].flatMap((size) =>
      [0.1, 0.5, 0.9].map((similarity) => {
        const errors = Array.from({ length: runs }, (_, run) => Math.abs(measured(size, similarity, run) - similarity))
        const worst = Math.max(...errors)
        const bound = 1.63 / Math.sqrt(size)
        const meanSquare = errors.reduce((total, error) => total + error ** 2, 0) / runs
        return {
          cells: [whole(size), String(similarity), plain(Math.sqrt(meanSquare)), plain(worst), plain(bound)],
          error: worst,
          bound,
        }
      }),
    ),
  }
}

/** Of two sets that have so large a share of their keys in common, and as many keys each. */
function measured(size: number, similarity: number, run: number): number {
  const sum = minHash({ size })
  const each = (union * (1 + similarity)) / 2
  const of = (from: number) => sum.present(fill(sum, (i) => `${run}:${from + i}`, [each]))
  return of(0).similarity(of(union - each)).estimate
}
