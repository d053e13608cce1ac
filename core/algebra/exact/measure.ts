import { TanagerError } from '../../error.ts'

// 2^200, and one over it: so the fourth power of a number neither overflows, even 2^53 of them added up, nor loses digits.
const largest = 2 ** 200
const smallest = 2 ** -200

/** A number whose powers can be summed exactly, or an error. */
export function measure(what: string, x: number): number {
  const size = Math.abs(x)
  if (x === 0 || (Number.isFinite(x) && size >= smallest && size <= largest)) return x
  throw new TanagerError('encode', `${what} cannot take this number`, {
    value: x,
    allowed: '0, and numbers of a size from 2^-200 to 2^200 (1e-60 to 1e60)',
  })
}
