import type { Choices } from '../choices.ts'
import type { Bad, Fn } from '../expression.ts'
import type { Changes, Folded } from '../flow.ts'
import { type Summing, sum } from '../summing.ts'
import type { AnyChange } from './pairs.ts'

/** A value out of what a pair holds: a delta, or an image of one. */
export interface Value {
  readonly to: Summing
  readonly of: Fn
  readonly text: (v: string) => string
}

/** What a change's delta, or a value, may become. */
export const imageOf = (flow: Changes | Folded, choices: Choices): Value => {
  const images = flow.sum.images(choices)
  // `sum` stays `sum` where zeros come and go, and what kept an order must go where that order still is, or where none is needed.
  const { to, by } = choices.pick(
    images.filter((image) => (flow.transient ? image.to === sum : flow.ordered || image.to.aggregation.commutative)),
  )
  if (flow.kind === 'folded') return { to, of: by.of, text: by.text }
  return { to, of: (change: AnyChange) => by.of(change.delta), text: (v) => by.text(`${v}.delta`) }
}

export const refuse = (refused: Bad | undefined, key: string, text: string) =>
  refused === undefined ? text : `(${refused.text(key)} ? fail() : ${text})`
