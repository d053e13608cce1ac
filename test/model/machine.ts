import type { Cells } from './cells.ts'

/** A model: variables, how they begin, and what may happen to them. All of it acts on the variables in place. */
export interface Machine {
  readonly cells: Cells
  readonly actions: readonly Action[]
  readonly claims: readonly Claim[]
  /** What must hold in every state. */
  readonly properties: readonly Property[]
  /** Whether all is done that there was to do: where every fair run must end. */
  readonly isDone: () => boolean
  /** Turns a state into the one that stands for all that differ from it only by who of two equals is who. */
  readonly canonical?: () => void
  /** Hears what happens, in words; nobody pays for words while nobody listens. */
  readonly story: { tell?: ((line: string) => void) | undefined }
}

export interface Action {
  /** Does it; false if it cannot be done now, and then nothing is changed. */
  readonly step: () => boolean
  /** The claim that doing it serves, by its place; -1 for what nobody has a claim to, as a fault. Asked before the step. */
  readonly claim: () => number
}

/**
 * Who may not be kept waiting for ever.
 *
 * weak    if from some time on it can always be served, it is
 * strong  if it can be served again and again, it is, even if in between it cannot
 */
export interface Claim {
  readonly name: string
  readonly fairness: 'weak' | 'strong'
}

export interface Property {
  readonly name: string
  readonly holds: () => boolean
}
