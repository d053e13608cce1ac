import { bloom } from 'tanager/algebra'
import { fill } from './fill.ts'
import { percent, type Row, type Table, whole } from './table.ts'

const capacity = 10_000
const probes = 50_000

export function bloomTable(): Table {
  return {
    title: `bloom: wrong answers among ${whole(probes)} keys that never came, \`capacity\` ${whole(capacity)}`,
    columns: ['keys in it', '`falsePositives`', 'as it says itself', 'measured', 'that and four standard deviations'],
    rows: [0.01, 0.001].flatMap(rowsOf),
  }
}

function rowsOf(falsePositives: number): readonly Row[] {
  const sum = bloom({ capacity, falsePositives })
  const rows: Row[] = []
  fill(
    sum,
    (i) => `in-${i}`,
    [capacity / 10, capacity / 2, capacity, 2 * capacity],
    (value, n) => {
      const { mayHave, falsePositives: now } = sum.present(value)
      for (let i = 0; i < n; i++) if (!mayHave(`in-${i}`)) throw new Error('bloom has denied a key that is in it')
      let wrong = 0
      for (let i = 0; i < probes; i++) if (mayHave(`out-${i}`)) wrong += 1
      // Up to its capacity it is held to what was asked for, beyond that to what it says.
      const promised = n <= capacity ? falsePositives : now
      const bound = promised + 4 * Math.sqrt(promised / probes)
      rows.push({
        cells: [whole(n), percent(falsePositives), percent(now), percent(wrong / probes), percent(bound)],
        error: wrong / probes,
        bound,
      })
    },
  )
  return rows
}
