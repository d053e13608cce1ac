import type { Arbitrary } from 'fast-check'
import type { Json } from '../../core/codec/codec.ts'
import type { FastCheck } from '../fast-check.ts'
import type { Leaf } from './shape.ts'

/**
 * What values are made for. A codec has to write all there is. What is added up should stay where numbers are exact: a law
 * that breaks at 2^53 breaks for every sum of numbers, and hides those that break at 2.
 */
export type Range = 'all' | 'moderate'

/** Texts that have broken somebody's keys, JSON or scripts before. */
const awkward = [
  '',
  '\0',
  ' ',
  '\n',
  '"',
  '\\',
  ',',
  '[]',
  '{}',
  'null',
  '0',
  '-0',
  '1e3',
  '__proto__',
  'constructor',
  'a:b',
  '{tag}',
  '\u2028',
  'é',
  'e\u0301',
  '🐦',
]

export function leafValues(fc: FastCheck, name: Leaf, range: Range): Arbitrary<unknown> {
  const text = fc.oneof(
    simplest,
    { arbitrary: fc.string({ unit: fc.constantFrom('a', 'b', 'A', '1', ' '), maxLength: 3 }), weight: 3 },
    { arbitrary: fc.constantFrom(...awkward), weight: 1 },
    { arbitrary: fc.string({ unit: characters(fc), maxLength: 12 }), weight: 1 },
  )
  const makers: Readonly<Record<Leaf, () => Arbitrary<unknown>>> = {
    string: () => text,
    int: () => wholes(fc, range),
    float: () => floats(fc, range),
    finite: () => floats(fc, range).filter(Number.isFinite),
    bigint: () => fc.oneof(fc.bigInt({ min: -9n, max: 9n }), fc.bigInt({ min: -(2n ** 80n), max: 2n ** 80n })),
    boolean: () => fc.boolean(),
    json: () => jsonValues(fc, text),
    bytes: () => fc.uint8Array({ maxLength: 20 }).map((bytes) => new Uint8Array(bytes)),
    date: () =>
      fc.oneof(
        fc.integer({ min: 0, max: 9 }).map((n) => new Date(n)),
        fc.date({ noInvalidDate: true }),
      ),
  }
  return makers[name]()
}

/** All of Unicode but halves of pairs. Not `unit: 'binary'`, which takes seconds to draw up a table of it all. */
export function characters(fc: FastCheck): Arbitrary<string> {
  const halves = { from: 0xd800, count: 0x800 }
  return fc.integer({ min: 0, max: 0x10ffff - halves.count }).map((n) => String.fromCodePoint(n < halves.from ? n : n + halves.count))
}

/** A counter-example of one kind may have a simpler one of the kinds before it. */
const simplest = { withCrossShrink: true }

const small = { min: -9, max: 9 }
const medium = { min: -1000, max: 1000 }

function wholes(fc: FastCheck, range: Range): Arbitrary<number> {
  // Beyond 32 bits, too: somebody may have written `| 0`.
  const large = range === 'all' ? fc.maxSafeInteger() : fc.integer({ min: -(2 ** 40), max: 2 ** 40 })
  return simplified(fc, fc.tuple(fc.integer(small), fc.integer(medium), large), [
    { weight: 3, value: ([n]) => n },
    { weight: 2, value: ([, n]) => n },
    { weight: 1, value: ([, , n]) => n },
  ])
}

/**
 * The codec of floats writes NaN and the infinities, so a store is given them one day, and merging them in any order has to
 * come to the same; but they are rare, that all else is seen as well.
 */
function floats(fc: FastCheck, range: Range): Arbitrary<number> {
  const special = fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY)
  const any = range === 'all' ? fc.double() : fc.integer({ min: -100_000, max: 100_000 }).map((n) => n / 1000)
  const all = simplified(fc, fc.tuple(fc.integer(small), fc.integer(medium), any, special), [
    { weight: 8, value: ([n]) => n },
    { weight: 4, value: ([, n]) => n },
    // Eighths add up exactly, thousandths do not.
    { weight: 3, value: ([, n]) => n / 8 },
    { weight: range === 'all' ? 16 : 3, value: ([, , x]) => x },
    { weight: 1, value: ([, , , x]) => x },
  ])
  // No -0: the codec writes it as 0.
  return all.map((x) => x + 0)
}

/** One of some kinds of value, which are made of the same parts: a counter-example of one kind is made smaller as one of those before it. */
function simplified<P, A>(
  fc: FastCheck,
  parts: Arbitrary<P>,
  kinds: readonly { readonly weight: number; readonly value: (parts: P) => A }[],
): Arbitrary<A> {
  const kind = fc.constantFrom(...kinds.flatMap(({ weight, value }) => Array.from({ length: weight }, () => value)))
  return fc.tuple(kind, parts).map(([value, drawn]) => value(drawn))
}

function jsonValues(fc: FastCheck, text: Arbitrary<string>): Arbitrary<Json> {
  const number = fc.double({ noNaN: true, noDefaultInfinity: true }).map((x) => x + 0)
  return fc.letrec<{ value: Json }>((tie) => ({
    value: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      fc.constantFrom<Json>(null, true, false),
      fc.oneof(fc.integer({ min: -9, max: 9 }), number),
      text,
      fc.array(tie('value'), { maxLength: 4 }),
      fc.array(fc.tuple(text, tie('value')), { maxLength: 4 }).map((fields) => Object.fromEntries(fields)),
    ),
  })).value
}
