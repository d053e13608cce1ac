/** What became of a law for certain values. */
export type Verdict =
  | { readonly kind: 'holds' }
  /** But for the last digits of fractions. */
  | { readonly kind: 'rounded'; readonly sentence: string }
  | { readonly kind: 'broken'; readonly sentence: string }
  /** Nothing was answered, such as by a sum that has left its range: that is an error somebody sees, never a wrong number. */
  | { readonly kind: 'refused'; readonly error: unknown }

/** A law over values of one kind. */
export interface Law<A> {
  readonly name: string
  /** How many values it speaks of. */
  readonly values: number | { readonly atLeast: number; readonly atMost: number }
  readonly judge: (...values: readonly A[]) => Verdict
  /** False for a law nobody has declared: it is worth knowing if it holds. */
  readonly declared?: false
  /** True if nothing can be said of the laws after it where it is broken. */
  readonly first?: true
}

export const holds: Verdict = { kind: 'holds' }

export const broken = (sentence: string): Verdict => ({ kind: 'broken', sentence })

export const refused = (error: unknown): Verdict => ({ kind: 'refused', error })

/** The first verdict of some that is not a plain yes. */
export function first(...verdicts: readonly (() => Verdict)[]): Verdict {
  for (const verdict of verdicts) {
    const found = verdict()
    if (found.kind !== 'holds') return found
  }
  return holds
}
