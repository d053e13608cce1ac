import fc from 'fast-check'
import { Ord as byNumber } from 'fp-ts/lib/number.js'
import { none, some } from 'fp-ts/lib/Option.js'
import { Ord as byText } from 'fp-ts/lib/string.js'
import { codec } from 'tanager'
import * as algebra from 'tanager/algebra'
import { finite, moderate, text, time, whole } from './inputs.ts'
import { type Instance, instance } from './instance.ts'

export const exact: readonly Instance[] = [
  // What is for whole numbers is exact for those; of fractions it forgets the last digits.
  instance(algebra.count, { inputs: text }),
  instance(algebra.sum, { values: whole }),
  instance(algebra.sum, {
    values: fc.oneof(
      whole,
      whole.map((n) => n / 1000 + 0),
    ),
    tolerance: 1e-9,
  }),
  instance(algebra.sparseSum, { values: fc.integer({ min: -3, max: 3 }) }),
  instance(algebra.sumBigInt),
  instance(algebra.min(byNumber)),
  instance(algebra.max(byNumber)),
  instance(algebra.min(byText, codec.string)),
  instance(algebra.max(byText, codec.string)),
  instance(algebra.sumFloat, { inputs: finite }),
  instance(algebra.average, { inputs: finite }),
  instance(algebra.moments, { inputs: moderate }),
  instance(algebra.correlation, { inputs: fc.tuple(moderate, moderate) }),
  instance(algebra.first(codec.string), { values: fc.tuple(text, fc.integer({ min: 0, max: 5 })) }),
  instance(algebra.last(codec.string), { values: fc.tuple(text, fc.integer({ min: 0, max: 5 })) }),
  instance(algebra.setOf(codec.string, { limit: 1000 }), { inputs: text }),
  instance(algebra.setOf(codec.date), { inputs: time.map((at) => new Date(at)) }),
  instance(algebra.setDelta(codec.string), {
    inputs: fc.oneof(
      text.map((add) => ({ add })),
      text.map((remove) => ({ remove })),
    ),
  }),
  instance(algebra.list(codec.string, { first: 5 }), { inputs: text }),
  instance(algebra.list(codec.string, { last: 5 }), { inputs: text }),
  instance(algebra.topK(3, codec.string), { inputs: fc.tuple(text, fc.integer({ min: 0, max: 5 })) }),
  instance(algebra.interval(byNumber), { inputs: finite }),
  instance(algebra.interval(byText, codec.string), { inputs: text }),
  instance(algebra.histogram([0, 1, 10, 1000]), { inputs: finite }),
  instance(algebra.decayed({ halfLife: 1000 }), { inputs: fc.tuple(moderate, time) }),
  instance(algebra.decayedMap(codec.string, { halfLife: 1000 }), { inputs: fc.tuple(text, moderate, time) }),
  instance(algebra.reset(algebra.sumBigInt), {
    inputs: fc.option(fc.bigInt(), { nil: undefined }).map((n) => (n === undefined ? none : some(n))),
  }),
]
