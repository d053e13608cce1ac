import { TanagerError } from '../error.ts'

/** How long to wait after so many failures in a row, from 1: in milliseconds. */
export type Backoff = (failures: number) => number

export interface BackoffOptions {
  /** About how long the first wait is, in milliseconds; 100 unless given. */
  readonly first?: number
  /** How long a wait may become, in milliseconds; 10 000 unless given. */
  readonly longest?: number
  /** From 0 to below 1; `Math.random` unless given. */
  readonly random?: () => number
}

/**
 * Waits that double, each cut by chance to between a half and the whole of its length: whoever failed together, because
 * one thing was away, does not come back together.
 *
 * @throws TanagerError `invalid-option`
 */
export function backoff({ first = 100, longest = 10_000, random = Math.random }: BackoffOptions = {}): Backoff {
  if (!(first > 0 && longest >= first)) {
    throw new TanagerError('invalid-option', 'backoff', {
      value: { first, longest },
      allowed: 'milliseconds above 0, and first no more than longest',
    })
  }
  return (failures) => Math.min(longest, first * 2 ** (failures - 1)) * (0.5 + random() / 2)
}
