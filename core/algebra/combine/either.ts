import { type Either, isLeft } from 'fp-ts/lib/Either.js'
import { none, type Option, some } from 'fp-ts/lib/Option.js'
import type { Aggregation } from '../aggregation.ts'
import { contramap } from './contramap.ts'
import { option } from './option.ts'
import { tuple } from './tuple.ts'

/**
 * Two aggregations of a stream that carries two kinds of input, as the verb `either` makes it: what is `left` goes to one,
 * what is `right` to the other.
 *
 * ```ts
 * import { either, sum, count } from 'tanager/algebra'
 * import { left } from 'fp-ts/lib/Either.js'
 * const paidAndRefused = either(sum, count)
 * paidAndRefused.prepare(left(12.5)) // [some(12.5), none]
 * ```
 */
export function either<V, In, Out, W, In2, Out2>(
  left: Aggregation<V, In, Out>,
  right: Aggregation<W, In2, Out2>,
): Aggregation<readonly [Option<V>, Option<W>], Either<In, In2>, readonly [Option<Out>, Option<Out2>]> {
  return contramap(tuple(option(left), option(right)), (input: Either<In, In2>) =>
    isLeft(input) ? ([some(input.left), none] as const) : ([none, some(input.right)] as const),
  )
}
