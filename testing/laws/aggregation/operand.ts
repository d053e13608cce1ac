import type { Arbitrary } from 'fast-check'
import type { Aggregation } from '../../../core/algebra/aggregation.ts'
import { copyOf } from '../../compare/copy.ts'
import { isShowable, shown } from '../../compare/shown.ts'
import type { FastCheck } from '../../fast-check.ts'

/** A value to be merged. It is made anew each time it is asked for: what a law does to it must not be seen by the next. */
export interface Operand<V> {
  readonly make: () => V
  /** How a person would write it down. */
  readonly text: () => string
}

export function operandOf<V>(value: V): Operand<V> {
  return { make: () => copyOf(value), text: () => shown(value) }
}

/** One way to come to values: what is given, and what makes a value of it. */
export interface Origin<V, In> {
  readonly inputs: Arbitrary<In>
  readonly prepare: (input: In) => V
  /** What a person would write to do so; nothing if an input is a value already. */
  readonly called?: string
}

/** What comes of inputs: one prepared, or some merged, or many, so that what is small and what has grown meet. */
export function operandsFrom<V, In>(
  fc: FastCheck,
  aggregation: Aggregation<V, never, unknown>,
  origin: Origin<V, In>,
): Arbitrary<Operand<V>> {
  const some = (minLength: number, maxLength: number) => fc.array(origin.inputs, { minLength, maxLength, size: 'max' })
  return fc
    .oneof(
      { withCrossShrink: true },
      { arbitrary: some(1, 3), weight: 12 },
      { arbitrary: some(1, 12), weight: 6 },
      { arbitrary: some(13, 60), weight: 1 },
    )
    .map((list) => mergedOf(aggregation, origin, list))
}

function mergedOf<V, In>(
  { semigroup, concatMany }: Aggregation<V, never, unknown>,
  { prepare, called }: Origin<V, In>,
  inputs: readonly In[],
): Operand<V> {
  const make = () => {
    const values = inputs.map((input) => prepare(copyOf(input)))
    if (concatMany !== undefined && values.length > 12) return concatMany(values)
    return values.reduce((total, value) => semigroup.concat(total, value))
  }
  const text = () => {
    const value = make()
    if (isShowable(value) && shown(value).length <= 60) return shown(value)
    const list = inputs.map(shown).join(', ')
    return inputs.length > 1 ? `merged(${list})` : called === undefined ? list : `${called}(${list})`
  }
  return { make, text }
}
