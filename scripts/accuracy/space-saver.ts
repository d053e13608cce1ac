import { spaceSaver } from 'tanager/algebra'
import { randomOf, zipf } from './draws.ts'
import { fill } from './fill.ts'
import { type Row, type Table, whole } from './table.ts'

export function spaceSaverTable(sizes: readonly number[]): Table {
  return {
    title: 'spaceSaver: how far counts are above the truth, zipf over 100 000 keys',
    columns: ['counted', '`capacity`', 'worst of the first 10', 'worst of all', '`n / capacity`', 'of the true first 10'],
    rows: [100, 1000].flatMap((capacity) => rowsOf(capacity, sizes)),
  }
}

function rowsOf(capacity: number, sizes: readonly number[]): readonly Row[] {
  const sum = spaceSaver({ capacity })
  const truth = new Map<string, number>()
  const rank = zipf(randomOf(4), 100_000)
  const rows: Row[] = []
  const drawn = () => {
    const key = `key-${rank()}`
    truth.set(key, (truth.get(key) ?? 0) + 1)
    return key
  }
  fill(sum, drawn, sizes, (value, n) => {
    const ranked = sum.present(value).top()
    const over = ranked.map(({ key, count }) => count.estimate - (truth.get(key) ?? 0))
    if (over.some((error) => error < 0)) throw new Error('spaceSaver has counted too few')
    const first = new Set(ranked.slice(0, 10).map(({ key }) => key))
    const found = [...truth]
      .sort(([, a], [, b]) => b - a)
      .slice(0, 10)
      .filter(([key]) => first.has(key)).length
    const worst = Math.max(...over)
    rows.push({
      cells: [whole(n), whole(capacity), whole(Math.max(...over.slice(0, 10))), whole(worst), whole(n / capacity), String(found)],
      error: worst,
      bound: n / capacity,
    })
  })
  return rows
}
