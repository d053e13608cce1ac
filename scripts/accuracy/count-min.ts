import { countMin } from 'tanager/algebra'
import { randomOf, zipf } from './draws.ts'
import { fill } from './fill.ts'
import { percent, plain, type Row, type Table, whole } from './table.ts'

const delta = 0.001

export function countMinTable(sizes: readonly number[]): Table {
  return {
    title: `countMin: how far counts are above the truth, \`delta\` ${delta}, zipf over 100 000 keys`,
    columns: ['counted', '`epsilon`', 'mean', 'worst', '`epsilon * n`', 'keys beyond that', '`delta`'],
    rows: [0.01, 0.001].flatMap((epsilon) => rowsOf(epsilon, sizes)),
  }
}

function rowsOf(epsilon: number, sizes: readonly number[]): readonly Row[] {
  const sum = countMin({ epsilon, delta })
  const truth = new Map<string, number>()
  const rank = zipf(randomOf(3), 100_000)
  const rows: Row[] = []
  const drawn = () => {
    const key = `key-${rank()}`
    truth.set(key, (truth.get(key) ?? 0) + 1)
    return key
  }
  fill(sum, drawn, sizes, (value, n) => {
    const { count } = sum.present(value)
    const over = [...truth].map(([key, times]) => count(key).estimate - times)
    if (over.some((error) => error < 0)) throw new Error('countMin has counted too few')
    const mean = over.reduce((total, error) => total + error, 0) / over.length
    const worst = over.reduce((most, error) => Math.max(most, error), 0)
    const beyond = over.filter((error) => error > epsilon * n).length / over.length
    rows.push({
      cells: [whole(n), String(epsilon), plain(mean), whole(worst), whole(epsilon * n), percent(beyond), percent(delta)],
      error: beyond,
      bound: delta,
    })
  })
  return rows
}
