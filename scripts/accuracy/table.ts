/** What was measured, and what was promised of it. */
export interface Row {
  readonly cells: readonly string[]
  /** How far off it was, in the unit of the bound. */
  readonly error: number
  readonly bound: number
}

export interface Table {
  readonly title: string
  readonly columns: readonly string[]
  readonly rows: readonly Row[]
}

export function markdownOf({ title, columns, rows }: Table): string {
  const rule = columns.map((_, i) => (i === 0 ? '---' : '---:'))
  return [`### ${title}`, '', lineOf(columns), lineOf(rule), ...rows.map(({ cells }) => lineOf(cells)), ''].join('\n')
}

export function lineOf(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`
}

const leastShown = 0.0001

export function percent(share: number): string {
  if (share === 0) return '0'
  return 100 * share < leastShown ? `below ${leastShown} %` : `${plain(100 * share)} %`
}

/** Two digits that count, and no exponent. */
export const plain = (x: number): string => String(Number(x.toPrecision(2)))

/** A whole number with its thousands apart. */
export const whole = (x: number): string => String(x).replaceAll(/\B(?=(\d{3})+$)/g, ' ')
