import { type Difference, told } from '../compare/outcome.ts'
import type { Outcome } from '../platform/platform.ts'

interface Parts {
  readonly job: string
  /** The platform that the others are compared with. */
  readonly expected: string
  readonly differences: readonly (readonly [actual: string, readonly Difference[]])[]
  readonly seed: number
  readonly outcomes: ReadonlyMap<string, Outcome>
}

/** The error of a job that platforms do not agree on: a sentence a line, and how to run it again. */
export class NotSameError extends Error {
  override readonly name = 'NotSameError'
  readonly differences: readonly Difference[]
  readonly seed: number
  /** What each platform came to, by its name; with its history, where it has one. */
  readonly outcomes: ReadonlyMap<string, Outcome>

  constructor({ job, expected, differences, seed, outcomes }: Parts) {
    const differing = differences.filter(([, found]) => found.length > 0)
    const lines = differing.flatMap(([actual, found]) => [`job ${job} is not the same on ${expected} and ${actual}:`, ...told(found)])
    super([...lines, `(seed ${seed}; to run it again: expectSame(job, inputs, platforms, { seed: ${seed} }))`].join('\n'))
    this.differences = differing.flatMap(([, found]) => found)
    this.seed = seed
    this.outcomes = outcomes
  }
}
