import { hyperLogLog } from 'tanager/algebra'
import { fill } from './fill.ts'
import { percent, type Table, whole } from './table.ts'

const runs = 10

export function hyperLogLogTable(sizes: readonly number[]): Table {
  // One pass for all: what was counted with the most registers, brought down, is what would have been counted with fewer.
  const finest = hyperLogLog({ p: 14 })
  const all = [10, 12, 14].map((p) => ({ p, sum: hyperLogLog({ p }), errors: new Map<number, number[]>(sizes.map((n) => [n, []])) }))
  for (let run = 0; run < runs; run++) {
    fill(
      finest,
      (i) => `${run}:${i}`,
      sizes,
      (value, n) => {
        for (const { sum, errors } of all) {
          const down = sum.semigroup.concat(sum.empty as typeof value, value)
          errors.get(n)?.push(Math.abs(sum.present(down).estimate / n - 1))
        }
      },
    )
  }
  return {
    title: `hyperLogLog: the error of the estimate, of ${runs} sets each`,
    columns: ['elements', '`p`', 'root mean square', 'standard error', 'worst', 'four standard errors'],
    rows: all.flatMap(({ p, errors }) =>
      sizes.map((n) => {
        const standard = 1.04 / Math.sqrt(2 ** p)
        const met = errors.get(n) as number[]
        const worst = Math.max(...met)
        const meanSquare = met.reduce((total, error) => total + error ** 2, 0) / met.length
        return {
          cells: [whole(n), String(p), percent(Math.sqrt(meanSquare)), percent(standard), percent(worst), percent(4 * standard)],
          error: worst,
          bound: 4 * standard,
        }
      }),
    ),
  }
}
