import { spreadOf } from '../statistics.ts'
import type { Measure, Target } from './report.ts'

/** Three digits that count. */
export function number(n: number): string {
  const digits = n === 0 ? 0 : Math.max(0, 2 - Math.floor(Math.log10(Math.abs(n))))
  return n.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits })
}

/** A number and its unit. */
export const show = (n: number, unit: string): string => ofScale(n, scaleOf(n, unit))

/** The median, with the least and the most where there are several, all in one unit. */
export function showSpread({ runs, unit }: Measure, dim: (text: string) => string = (text) => text): string {
  const { median, min, max } = spreadOf(runs)
  const scale = scaleOf(median, unit)
  const range = runs.length === 1 ? '' : ` ${dim(`(${number(min / scale.by)} to ${number(max / scale.by)})`)}`
  return `${number(median / scale.by)}${range} ${scale.unit}`.trimEnd()
}

interface Scale {
  readonly by: number
  readonly unit: string
}

function scaleOf(n: number, unit: string): Scale {
  if (unit !== '/s') return { by: 1, unit }
  return n < 1e6 ? { by: 1e3, unit: 'k/s' } : { by: 1e6, unit: 'M/s' }
}

const ofScale = (n: number, { by, unit }: Scale): string => `${number(n / by)} ${unit}`.trimEnd()

export const showTarget = (target: Target, unit: string): string =>
  'atLeast' in target ? `at least ${showRound(target.atLeast, unit)}` : `at most ${showRound(target.atMost, unit)}`

/**
 * A number that was chosen and not measured: it needs no digits to say how precise it is.
 *
 * @param beside what it stands beside, whose unit it gets
 */
export function showRound(n: number, unit: string, beside = n): string {
  const scale = scaleOf(beside, unit)
  return `${(n / scale.by).toLocaleString('en-US')} ${scale.unit}`
}
