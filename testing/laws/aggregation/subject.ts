import type { Aggregation } from '../../../core/algebra/aggregation.ts'
import { nearly } from '../../compare/nearly.ts'
import { same } from '../../compare/same.ts'
import { clipped, isShowable, shown } from '../../compare/shown.ts'
import { broken, holds, refused, type Verdict } from '../law.ts'

/** One side of an equation. */
export interface Term<V> {
  /** Asked for only where there is something to tell. */
  readonly text: () => string
  readonly value: () => V
}

export interface Equality<V> {
  /** When two values are the same; unless given, when they are written the same, but for the last digits of fractions. */
  readonly equals?: (a: V, b: V) => boolean
  /** How far apart two fractions may be that should be the same, as a part of the largest of their terms. 1e-9 unless given; 0 forgives nothing. */
  readonly tolerance?: number
}

/** An aggregation on trial: how its values are compared and told. */
export class Subject<V> {
  readonly aggregation: Aggregation<V, never, unknown>
  readonly #equality: Equality<V>

  constructor(aggregation: Aggregation<V, never, unknown>, equality: Equality<V>) {
    this.aggregation = aggregation
    this.#equality = equality
  }

  /** As a store keeps it, in letters. */
  encoded(value: V): string {
    const { codec } = this.aggregation
    return codec.binary === undefined ? codec.encode(value) : latin1(codec.binary.toBytes(value))
  }

  /** @param terms what both sides were made of */
  equation(left: Term<V>, right: Term<V>, terms: () => readonly V[]): Verdict {
    let a: V
    let b: V
    let writtenA: string
    let writtenB: string
    try {
      a = left.value()
      b = right.value()
      writtenA = this.encoded(a)
      writtenB = this.encoded(b)
    } catch (error) {
      return refused(error)
    }
    const { equals, tolerance = 1e-9 } = this.#equality
    if (equals === undefined ? writtenA === writtenB : equals(a, b)) return holds
    const sentence = `${left.text()} is ${this.told(a)}, ${right.text()} is ${this.told(b)}`
    if (equals === undefined && nearly(a, b, terms(), tolerance)) return { kind: 'rounded', sentence }
    return broken(this.told(a) === this.told(b) ? `${sentence}, but ${difference(writtenA, writtenB)}` : sentence)
  }

  /** A result, as a person would write it down: as it is, or as it is presented if it is nothing to look at. */
  told(value: V): string {
    if (isShowable(value)) return shown(value)
    try {
      const out = this.aggregation.present(value as never)
      return same(out, value) ? shown(value) : `one that presents ${shown(out)}`
    } catch {
      return shown(value)
    }
  }
}

function difference(a: string, b: string): string {
  let at = 0
  while (a[at] === b[at]) at += 1
  const part = (text: string) => JSON.stringify(clipped(text.slice(at, at + 24)))
  return `they are written differently from character ${at} on: ${part(a)}, ${part(b)}`
}

function latin1(bytes: Uint8Array): string {
  let text = ''
  // As arguments, and too many of those overflow the stack.
  for (let i = 0; i < bytes.length; i += 8192) text += String.fromCharCode.apply(null, bytes.subarray(i, i + 8192) as unknown as number[])
  return text
}
