import * as codec from '../../codec/tuple.ts'
import { type Aggregation, aggregation } from '../aggregation.ts'
import { concatAll } from '../concat-all.ts'
import { packed } from './packed.ts'
import { type AnyAggregation, type InputOf, lawsOf, type OutputOf, type ValueOf } from './part.ts'

export type TupleAggregation<P extends readonly AnyAggregation[]> = Aggregation<
  { readonly [I in keyof P]: ValueOf<P[I]> },
  { readonly [I in keyof P]: InputOf<P[I]> },
  { readonly [I in keyof P]: OutputOf<P[I]> }
>

/**
 * Aggregations side by side, each with an input of its own: Algebird's `zip`. Where all are to see the same input, use
 * `join`.
 *
 * Law: commutative, idempotent and with an empty value if every part is. A total is let go of once every part would let go
 * of its own.
 *
 * ```ts
 * import { codec, store } from 'tanager'
 * import { max, sum, tuple } from 'tanager/algebra'
 * import { Ord } from 'fp-ts/lib/number.js'
 * const totalAndPeak = store('total-and-peak', { key: codec.string, sum: tuple(sum, max(Ord)) })
 * ```
 */
export function tuple<const P extends readonly AnyAggregation[]>(...parts: P): TupleAggregation<P> {
  return tupleOf(parts, (inputs: readonly unknown[], i) => inputs[i]) as unknown as TupleAggregation<P>
}

/** @param inputOf the input of a part, of all that comes in */
export function tupleOf<In>(
  parts: readonly AnyAggregation[],
  inputOf: (input: In, place: number) => unknown,
): Aggregation<readonly unknown[], In, readonly unknown[]> {
  const codecs = parts.map((part) => part.codec)
  return aggregation<readonly unknown[], In, readonly unknown[]>({
    id: `tuple(${parts.map(({ id }) => id).join(',')})`,
    value: packed(codec.tuple<readonly unknown[]>(...codecs), {
      formOf: () => 0,
      forms: [codecs],
      partsOf: (values) => values,
      whole: (values) => values,
    }),
    semigroup: { concat: (a, b) => parts.map((part, i) => part.semigroup.concat(a[i], b[i])) },
    ...lawsOf(parts),
    prepare: (input) => parts.map((part, i) => part.prepare(inputOf(input, i))),
    present: (values) => parts.map((part, i) => part.present(values[i])),
    ...(parts.every((part) => 'empty' in part) ? { empty: Object.freeze(parts.map((part) => part.empty)) } : {}),
    ...(parts.some((part) => part.concatMany !== undefined)
      ? {
          concatMany: (values: readonly (readonly unknown[])[]) =>
            parts.map((part, i) =>
              concatAll(
                part,
                values.map((value) => value[i]),
              ),
            ),
        }
      : {}),
    ...(parts.length > 0 && parts.every((part) => part.isEmpty !== undefined)
      ? { isEmpty: (values: readonly unknown[]) => parts.every((part, i) => part.isEmpty?.(values[i])) }
      : {}),
  })
}
