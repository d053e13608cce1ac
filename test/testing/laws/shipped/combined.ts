import fc from 'fast-check'
import { left, right } from 'fp-ts/lib/Either.js'
import { Ord as byNumber } from 'fp-ts/lib/number.js'
import { none, some } from 'fp-ts/lib/Option.js'
import { codec } from 'tanager'
import * as algebra from 'tanager/algebra'
import { finite, mapping, table, text, whole } from './inputs.ts'
import { type Instance, instance } from './instance.ts'

export const combined: readonly Instance[] = [
  instance(algebra.tuple(algebra.sumBigInt, algebra.list(codec.int, { last: 2 })), { inputs: fc.tuple(fc.bigInt(), whole) }),
  instance(algebra.struct({ n: algebra.count, names: algebra.setOf(codec.string) }), { inputs: fc.record({ n: text, names: text }) }),
  instance(algebra.join(algebra.count, algebra.average), { inputs: finite }),
  instance(algebra.join({ all: algebra.count, most: algebra.max(byNumber) }), { inputs: finite }),
  instance(algebra.option(algebra.max(byNumber)), { inputs: fc.oneof(fc.constant(none), finite.map(some)) }),
  instance(algebra.either(algebra.sumBigInt, algebra.count), { inputs: fc.oneof(fc.bigInt().map(left), text.map(right)) as never }),
  instance(
    algebra.filter(algebra.average, (x: number) => x > 0),
    { inputs: finite },
  ),
  instance(algebra.mapOf(codec.string, algebra.sparseSum), { inputs: mapping(fc.integer({ min: -2, max: 2 })) }),
  instance(algebra.mapOf(codec.string, algebra.average), { inputs: mapping(finite) }),
  instance(algebra.record(algebra.sumBigInt), { inputs: table(fc.bigInt()) }),
  instance(
    algebra.contramap(algebra.sumBigInt, (name: string) => BigInt(name.length)),
    { inputs: text },
  ),
  instance(
    algebra.map(algebra.average, (mean) => `${mean}`),
    { inputs: finite },
  ),
]
