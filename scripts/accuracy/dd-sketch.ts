import { ddSketch } from 'tanager/algebra'
import { randomOf, zipf } from './draws.ts'
import { fill } from './fill.ts'
import { percent, type Row, type Table, whole } from './table.ts'

const bound = 0.01
const quantiles = [0.5, 0.95, 0.99, 0.999]

export function ddSketchTable(sizes: readonly number[]): Table {
  const uniform = randomOf(1)
  const kinds = [
    ['uniform, 0 to 1000', () => 1000 * uniform()],
    ['zipf, 1 to 1 000 000', zipf(randomOf(2), 1_000_000)],
  ] as const
  return {
    title: `ddSketch: the error of quantiles, \`relativeAccuracy\` ${bound}`,
    columns: ['numbers', 'how many', ...quantiles.map((q) => `at ${q}`), 'bound'],
    rows: kinds.flatMap(([kind, next]) => rowsOf(kind, next, sizes)),
  }
}

function rowsOf(kind: string, next: () => number, sizes: readonly number[]): readonly Row[] {
  const sum = ddSketch({ relativeAccuracy: bound })
  const numbers: number[] = []
  const rows: Row[] = []
  const drawn = () => {
    const number = next()
    numbers.push(number)
    return number
  }
  fill(sum, drawn, sizes, (value, n) => {
    const sorted = Float64Array.from(numbers).sort()
    const errors = quantiles.map((q) => {
      const truth = sorted[Math.floor(q * (n - 1))] as number
      return Math.abs(sum.present(value).quantile(q).estimate / truth - 1)
    })
    rows.push({ cells: [kind, whole(n), ...errors.map(percent), percent(bound)], error: Math.max(...errors), bound })
  })
  return rows
}
