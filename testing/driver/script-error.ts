import { messageOf } from '../../core/error.ts'

/** What a script has come to when it failed. */
export interface Failure {
  /** The script, with a mark at the step it failed at. */
  readonly script: readonly string[]
  /** The seed of the run that failed, if it was one of many. */
  readonly seed?: number | undefined
  /** What had happened until then, a line a step of the cluster. */
  readonly history: readonly string[]
}

const lastLines = 60

/** The error of a script that does not hold. Its message tells the step, the script, and the last of what happened. */
export class ScriptError extends Error {
  override readonly name = 'ScriptError'
  // Not to be printed once more by whoever prints what an error has beside its message.
  readonly #failure: Failure

  constructor(what: string, failure: Failure, cause?: unknown) {
    const { script, seed, history } = failure
    const left = history.length - lastLines
    const shown = left > 0 ? [`(${left} lines before)`, ...history.slice(left)] : history
    const again = seed === undefined ? [] : [`to see it again: explore({ seed: ${seed}, runs: 1 })`]
    const why = cause === undefined ? [] : [messageOf(cause)]
    super([what, ...why, '', ...script, '', ...shown, ...again].join('\n'), cause === undefined ? {} : { cause })
    this.#failure = failure
  }

  /** Of the run that failed, if it was one of many: `explore({ seed, runs: 1 })` is the same run. */
  get seed(): number | undefined {
    return this.#failure.seed
  }

  /** All that had happened until then, a line a step of the cluster. */
  get history(): readonly string[] {
    return this.#failure.history
  }
}
