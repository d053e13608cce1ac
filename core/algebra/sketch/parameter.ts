import { TanagerError } from '../../error.ts'

interface Range {
  readonly from: number
  readonly to: number
}

/** A parameter of a sketch that may have a fraction. */
export function fraction(name: string, value: number, { from, to }: Range): number {
  if (typeof value === 'number' && value >= from && value <= to) return value
  throw new TanagerError('invalid-option', `${name} is out of range`, { value, allowed: `a number from ${from} to ${to}` })
}

/** A parameter of a sketch that is a whole number. */
export function whole(name: string, value: number, { from, to }: Range): number {
  if (Number.isInteger(value) && value >= from && value <= to) return value
  throw new TanagerError('invalid-option', `${name} is out of range`, { value, allowed: `a whole number from ${from} to ${to}` })
}
