import { TanagerError } from '../../error.ts'

/** A limit that somebody gave: a whole number from 1. */
export function limitOf(where: string, value: number): number {
  if (Number.isSafeInteger(value) && value > 0) return value
  throw new TanagerError('invalid-option', 'this limit is none', { where, value, allowed: 'a whole number, 1 or more' })
}
