import { types } from 'node:util'
import { messageOf } from '../../core/error.ts'
import { same } from '../compare/same.ts'
import { shown } from '../compare/shown.ts'
import { freshOf } from './fresh.ts'
import { portraitOf } from './portrait.ts'

/**
 * What of a function's answer counts: the answer as it is; whether it holds, of a filter; the elements it lists; of a
 * `mapAsync`, the one element it lists.
 */
export type Shape = 'one' | 'truth' | 'many' | 'only'

/** What came of one call. */
export interface Outcome {
  readonly threw?: { readonly error: unknown }
  readonly promise: boolean
  /** What the platform is given, which is what the function has answered or goes through the same elements. */
  readonly handed?: unknown
  /** The answer as it was then, to be shown: nobody else has a hold of it. */
  readonly answer?: unknown
  /** How it is written down, as it was then. */
  readonly text?: () => string
  readonly portrait?: unknown
  /** The answer itself, which somebody may change. */
  readonly live?: unknown
}

export function thrown(error: unknown): Outcome {
  return { threw: { error }, promise: false }
}

/** Looks at an answer, in the setting in which it was given: what it lists may be made only as it is read. */
export function answered(shape: Shape, value: unknown): Outcome {
  if (isPromise(value)) return { promise: true, handed: value }
  if (shape === 'truth') return seen(Boolean(value), value)
  if ((shape === 'many' || shape === 'only') && isIterable(value)) {
    const { elements, threw, handed } = read(value)
    const counts = shape === 'only' ? elements[0] : elements
    return { ...seen(counts, handed), ...(threw && { threw }) }
  }
  return seen(value, value)
}

function seen(value: unknown, handed: unknown): Outcome {
  try {
    const { value: answer, text } = freshOf(value)
    return { promise: false, handed, answer, text, portrait: portraitOf(value), live: value }
  } catch {
    // What cannot be looked at cannot be compared.
    return { promise: false, handed }
  }
}

/** Whether two calls came to the same. What both throw does not count, nor what cannot be looked at. */
export function sameOutcome(a: Outcome, b: Outcome): boolean {
  if (a.threw !== undefined || b.threw !== undefined) return (a.threw === undefined) === (b.threw === undefined)
  if (!('portrait' in a && 'portrait' in b)) return true
  return alike(a.portrait, b.portrait)
}

export function alike(a: unknown, b: unknown): boolean {
  try {
    return same(a, b)
  } catch {
    return true
  }
}

/** As in `answers 1` or `throws refused`. */
export function told({ threw, text }: Outcome): string {
  return threw === undefined ? `answers ${text?.() ?? 'something'}` : `throws ${shown(messageOf(threw.error))}`
}

function isPromise(value: unknown): boolean {
  if (types.isPromise(value)) return true
  try {
    return typeof value === 'object' && value !== null && typeof (value as { readonly then?: unknown }).then === 'function'
  } catch {
    return false
  }
}

function isIterable(value: unknown): value is Iterable<unknown> {
  return value !== undefined && value !== null && typeof (value as Partial<Iterable<unknown>>)[Symbol.iterator] === 'function'
}

/** Nobody lists more of what is one record's; what is endless must not be read to its end. */
const most = 10_000

interface Read {
  readonly elements: readonly unknown[]
  readonly threw?: { readonly error: unknown }
  readonly handed: unknown
}

function read(list: Iterable<unknown>): Read {
  if (Array.isArray(list) && list.length <= most) return { elements: list, handed: list }
  const elements: unknown[] = []
  try {
    const iterator = list[Symbol.iterator]()
    for (let next = iterator.next(); !next.done; next = iterator.next()) {
      elements.push(next.value)
      if (elements.length === most) return { elements, handed: resumed(elements, iterator) }
    }
    return { elements, handed: elements }
  } catch (error) {
    // As in the plain job, what comes before goes on, and may itself be what is refused.
    return { elements, threw: { error }, handed: failing(elements, error) }
  }
}

function* resumed(elements: readonly unknown[], rest: Iterator<unknown>): Iterable<unknown> {
  yield* elements
  for (let next = rest.next(); !next.done; next = rest.next()) yield next.value
}

function* failing(elements: readonly unknown[], error: unknown): Iterable<unknown> {
  yield* elements
  throw error
}
