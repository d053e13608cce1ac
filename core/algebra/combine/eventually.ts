import { type Either, isLeft, isRight, left, right } from 'fp-ts/lib/Either.js'
import { type Codec, cannotDecode, cannotEncode, formatOf, type Json, ofJson, refuse } from '../../codec/codec.ts'
import { TanagerError } from '../../error.ts'
import { type Aggregation, aggregation } from '../aggregation.ts'
import { concatAll } from '../concat-all.ts'
import { packed } from './packed.ts'

export interface EventuallyOptions<V, In> {
  /** The largest size at which a total stays exact; a whole number. */
  readonly past: number
  /** How large an exact total is. Must not shrink when something is merged into it. */
  readonly size: (exact: V) => number
  /** What an exact total holds, as the sketch takes it: of a merged total, what its parts hold, but for what the sketch does not tell apart. */
  readonly inputs: (exact: V) => Iterable<In>
}

/**
 * Exact while it is small, a sketch from then on: Algebird's `Eventually`. A few visitors are counted one by one, many are
 * estimated. A total is `right` as long as it is exact and `left` once it is a sketch; it never goes back.
 *
 * Law: associative if both parts are, if `size` never shrinks and if it is the same to the sketch whether totals are merged
 * before or after they become sketches. Then it is the whole that decides what it is, not the order of merging: once any
 * part of it was too large, the whole is.
 *
 * ```ts
 * import { codec, store } from 'tanager'
 * import { eventually, hyperLogLog, map, setOf } from 'tanager/algebra'
 * const few = map(setOf(codec.string), (all) => all.size)
 * const many = map(hyperLogLog(), ({ estimate }) => estimate)
 * const distinct = eventually(few, many, { past: 100, size: (all) => all.size, inputs: (all) => all })
 * const visitors = store('visitors', { key: codec.string, sum: distinct })
 * distinct.present(distinct.prepare('Ada')) // 1
 * ```
 */
export function eventually<V, In, Out, W, In2, Out2>(
  exact: Aggregation<V, In, Out>,
  sketch: Aggregation<W, In2, Out2>,
  { past, size, inputs }: EventuallyOptions<V, In2>,
): Aggregation<Either<W, V>, In, Out | Out2> {
  if (!Number.isSafeInteger(past) || past < 0) {
    throw new TanagerError('invalid-option', 'eventually needs to know up to which size a total stays exact', {
      where: 'past',
      value: past,
      allowed: 'a whole number, 0 or more',
    })
  }
  const hasEmpty = 'empty' in exact && 'empty' in sketch
  const sketchOf = (value: V): W => {
    const all: W[] = []
    for (const input of inputs(value)) all.push(sketch.prepare(input))
    if (all.length === 0 && hasEmpty) return sketch.empty as W
    if (all.length > 0) return concatAll(sketch, all)
    throw new TanagerError('encode', 'an exact total without inputs cannot become a sketch', {
      value,
      allowed: 'a sketch with an empty value',
    })
  }
  const tooLarge = (value: V) => size(value) > past
  const settled = (value: V): Either<W, V> => (tooLarge(value) ? left(sketchOf(value)) : right(value))
  const sketched = (value: Either<W, V>): W => (isLeft(value) ? value.left : sketchOf(value.right))
  return aggregation<Either<W, V>, In, Out | Out2>({
    id: `eventually(${exact.id},${sketch.id},${past})`,
    value: codecOf(exact.codec, sketch.codec, tooLarge, past),
    semigroup: {
      concat: (a, b) =>
        isRight(a) && isRight(b)
          ? settled(exact.semigroup.concat(a.right, b.right))
          : left(sketch.semigroup.concat(sketched(a), sketched(b))),
    },
    commutative: exact.commutative && sketch.commutative,
    idempotent: exact.idempotent && sketch.idempotent,
    prepare: (input) => settled(exact.prepare(input)),
    present: (value) => (isLeft(value) ? sketch.present(value.left) : exact.present(value.right)),
    ...(hasEmpty ? { empty: settled(exact.empty as V) } : {}),
    ...(exact.concatMany === undefined && sketch.concatMany === undefined
      ? {}
      : {
          concatMany: (values: readonly Either<W, V>[]) =>
            values.every(isRight)
              ? settled(
                  concatAll(
                    exact,
                    values.map((value) => value.right),
                  ),
                )
              : left(concatAll(sketch, values.map(sketched))),
        }),
    ...(exact.isEmpty === undefined && sketch.isEmpty === undefined
      ? {}
      : {
          isEmpty: (value: Either<W, V>) => (isLeft(value) ? sketch.isEmpty?.(value.left) : exact.isEmpty?.(value.right)) === true,
        }),
  })
}

/** `["exact", value]` or `["sketch", value]`. An exact total that is too large would merge differently, and is refused. */
function codecOf<V, W>(exact: Codec<V>, sketch: Codec<W>, tooLarge: (value: V) => boolean, past: number): Codec<Either<W, V>> {
  const id = `eventually(${formatOf(exact)},${formatOf(sketch)})`
  const fitting = (error: typeof cannotEncode, value: V): V => {
    if (tooLarge(value)) throw error(id, value, `exact totals up to a size of ${past}; larger ones as a sketch`)
    return value
  }
  const text = ofJson<Either<W, V>>(
    id,
    (value): Json => {
      if (value?._tag === 'Left') return ['sketch', sketch.toJson(value.left)]
      if (value?._tag === 'Right') return ['exact', exact.toJson(fitting(cannotEncode, value.right))]
      throw cannotEncode(id, value, 'an fp-ts Either: a sketch as left, an exact total as right')
    },
    (json) => {
      if (Array.isArray(json) && json.length === 2) {
        const [kind, value] = json as unknown as readonly [Json, Json]
        if (kind === 'sketch') return left(sketch.fromJson(value))
        if (kind === 'exact') return right(fitting(cannotDecode, exact.fromJson(value)))
      }
      return refuse(id, json, '["exact", value] or ["sketch", value]')
    },
  )
  return packed<Either<W, V>>(text, {
    formOf: (value) => (isLeft(value) ? 0 : 1),
    forms: [[sketch as Codec<unknown>], [exact as Codec<unknown>]],
    partsOf: (value) => [isLeft(value) ? value.left : fitting(cannotEncode, value.right)],
    whole: ([value], form) => (form === 0 ? left(value as W) : right(fitting(cannotDecode, value as V))),
  })
}
