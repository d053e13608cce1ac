import { constants } from 'node:os'
import { type ErrorDetails, messageOf, TanagerError } from '../core/error.ts'

/** A call that cannot be meant as it stands. Whoever made it is told what is wrong, what is allowed, and an example. */
export function usage(what: string, details: ErrorDetails = {}): TanagerError {
  return new TanagerError('usage', what, details)
}

/** Work that did not come to what was asked for, though nothing is broken: a sentence, and exit code 1. */
export class Failure extends Error {
  override readonly name = 'Failure'
}

/** An end that needs no words. */
export class Quiet extends Error {
  override readonly name = 'Quiet'
  readonly exitCode: number

  constructor(exitCode: number) {
    super('')
    this.exitCode = exitCode
  }
}

/** What a shell answers for a process that a signal has ended. */
export const exitCodeOf = (signal: NodeJS.Signals): number => 128 + constants.signals[signal]

/** How an error ends the process, and what is said of it. */
export interface Fault {
  readonly exitCode: number
  readonly text: string
  /** True if the call itself was wrong. */
  readonly usage: boolean
}

export function faultOf(error: unknown, debug: boolean): Fault {
  if (error instanceof Quiet) return { exitCode: error.exitCode, text: '', usage: false }
  const wrong = codeOf(error) === 'usage'
  const text = debug ? stackOf(error) : sentenceOf(error)
  return { exitCode: wrong ? 2 : 1, text, usage: wrong }
}

/** By its shape, not its class: a module may bring a copy of tanager of its own. */
const codeOf = (error: unknown): unknown =>
  error instanceof Error && error.name === 'TanagerError' && 'code' in error ? error.code : undefined

function sentenceOf(error: unknown): string {
  const message = messageOf(error)
  if (error instanceof Failure || codeOf(error) !== undefined) return message
  return `${message}\n(--debug shows where this comes from)`
}

function stackOf(error: unknown): string {
  const stacks: string[] = []
  for (let at = error; at instanceof Error && !stacks.includes(at.stack ?? ''); at = at.cause) stacks.push(at.stack ?? messageOf(at))
  return stacks.length === 0 ? messageOf(error) : stacks.join('\ncaused by: ')
}
