import { TanagerError } from '../../error.ts'

/** @throws TanagerError `invalid-option` */
export function positive(what: string, value: number): number {
  if (Number.isSafeInteger(value) && value > 0) return value
  throw new TanagerError('invalid-option', what, { value, allowed: 'a whole number above 0' })
}
