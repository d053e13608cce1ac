import { cut, widthOf } from './text.ts'

// Our own and not cli-table3's, which takes 1.2 s for ten thousand rows (and more than ten times that for five times as
// many), and cuts 🐦 into a half that no terminal can show.

export interface Column {
  readonly head: string
  readonly right?: boolean
}

const gap = '  '
/** Narrower than this no column is made. */
const least = 6
/** Where nobody watches, one huge cell must not push the others of its column to the right. */
const mostUnwatched = 120

/**
 * Rows in columns, the heads above, nothing around: it can be read, grepped and cut up. With a width, cells are cut so
 * that every line fits, those of the widest columns first.
 */
export function* table(columns: readonly Column[], rows: readonly (readonly string[])[], width?: number): Generator<string, void> {
  const widths = fitting(
    columns.map(({ head }, c) => {
      let widest = widthOf(head)
      for (const row of rows) widest = Math.max(widest, widthOf(row[c] as string))
      return widest
    }),
    width,
  )
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, c) => {
        const text = width === undefined ? cell : cut(cell, widths[c] as number)
        const pad = ' '.repeat(Math.max(0, (widths[c] as number) - widthOf(text)))
        return columns[c]?.right ? pad + text : text + pad
      })
      .join(gap)
      .trimEnd()
  yield line(columns.map(({ head }) => head))
  for (const row of rows) yield line(row)
}

function fitting(natural: readonly number[], width: number | undefined): readonly number[] {
  if (width === undefined) return natural.map((each) => Math.min(each, mostUnwatched))
  const room = width - gap.length * (natural.length - 1)
  const widths = natural.map((each) => Math.min(each, width))
  for (let over = widths.reduce((sum, each) => sum + each, 0) - room; over > 0; over--) {
    const widest = widths.indexOf(Math.max(...widths))
    if ((widths[widest] as number) <= least) break
    widths[widest] = (widths[widest] as number) - 1
  }
  return widths
}
