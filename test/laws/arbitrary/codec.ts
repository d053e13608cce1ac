import fc from 'fast-check'
import { none, some } from 'fp-ts/lib/Option.js'
import * as v from 'valibot'
import { z } from 'zod'
import type { Codec } from '../../../core/codec/index.ts'
import * as codec from '../../../core/codec/index.ts'

/** A codec and the values it can write. */
export interface CodecCase<A = unknown> {
  readonly codec: Codec<A>
  readonly values: fc.Arbitrary<A>
}

/** Texts that have broken somebody's keys, JSON or Redis scripts before; never a lone surrogate, which no codec writes. */
export const awkwardTexts: readonly string[] = [
  '',
  '\0',
  ' ',
  '\n',
  '"',
  '\\',
  '"\\',
  ',',
  '[',
  '[]',
  '{}',
  '["a","b"]',
  'null',
  'undefined',
  'NaN',
  '0',
  '-0',
  '1',
  '1e3',
  '__proto__',
  'constructor',
  'toString',
  'toJSON',
  'hasOwnProperty',
  'length',
  'a:b',
  'a,b',
  '{tag}',
  '\u2028',
  '\ufeff',
  '\uffff',
  'é',
  'e\u0301',
  '🐦',
  'x'.repeat(3000),
]

/** Any text a codec can write: the awkward ones, short ones (which collide often) and the whole of Unicode. */
export const text: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom(...awkwardTexts),
  fc.string({ unit: fc.constantFrom('a', 'b', '"', ',', '[', '1'), maxLength: 3 }),
  fc.string({ unit: 'binary', maxLength: 12 }),
)

// -0 is left out of what must come back as it was: as a Map key it is 0, and the codecs write it so. Where that is the point
// (`nativeCases`) it is in.
const double = fc.oneof(fc.double(), fc.integer({ min: -2, max: 2 }).map(Number)).map((x) => x + 0)
const finite = double.filter(Number.isFinite)

/** Any plain JSON value, with awkward names. */
export const jsonValue: fc.Arbitrary<codec.Json> = fc.letrec<{ value: codec.Json }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constantFrom(null, true, false),
    finite,
    text,
    fc.array(tie('value'), { maxLength: 4 }),
    fc.array(fc.tuple(text, tie('value')), { maxLength: 4 }).map((fields) => Object.fromEntries(fields)),
  ),
})).value

function of<A>(c: Codec<A>, values: fc.Arbitrary<A>): CodecCase {
  return { codec: c, values } as unknown as CodecCase
}

/** Every codec whose values need no encoding to be compared; here -0 is one of the values. */
export const nativeCases: readonly CodecCase[] = [
  of(codec.string, text),
  of(codec.int, fc.oneof(fc.constantFrom(0, -0, 1), fc.integer({ min: -3, max: 3 }), fc.maxSafeInteger())),
  of(codec.float, fc.oneof(fc.constantFrom(0, -0, Number.NaN, Number.POSITIVE_INFINITY, 0.1 + 0.2, 0.3), fc.double())),
  of(codec.bigint, fc.oneof(fc.bigInt({ min: -2n, max: 2n }), fc.bigInt())),
  of(codec.boolean, fc.boolean()),
]

const Visit = z.object({ page: z.string(), user: z.int().optional() })
const Tags = v.array(v.pipe(v.string(), v.minLength(1)))
const visits: fc.Arbitrary<z.infer<typeof Visit>> = fc.record(
  { page: text, user: fc.maxSafeInteger() },
  { requiredKeys: ['page'], noNullPrototype: true },
)

/** Every codec that is not made of others. */
export const leafCases: readonly CodecCase[] = [
  of(codec.string, text),
  of(codec.int, fc.oneof(fc.integer({ min: -3, max: 3 }), fc.maxSafeInteger())),
  of(codec.float, double),
  of(codec.bigint, fc.oneof(fc.bigInt({ min: -2n, max: 2n }), fc.bigInt())),
  of(codec.boolean, fc.boolean()),
  of(codec.json(), jsonValue),
  of(
    codec.bytes,
    fc.uint8Array({ maxLength: 20 }).map((bytes) => new Uint8Array(bytes)),
  ),
  of(codec.date, fc.date({ noInvalidDate: true })),
  of(codec.standard(Visit, { id: 'visit', version: 3 }), visits),
  of(
    codec.standard(Tags),
    fc.array(
      text.filter((tag) => tag.length > 0),
      { maxLength: 3 },
    ),
  ),
]

const leaf = fc.constantFrom(...leafCases)

/** The ways to make a case of other cases, by the name of the codec. */
const compositions: Readonly<Record<string, (part: fc.Arbitrary<CodecCase>) => fc.Arbitrary<CodecCase>>> = {
  tuple: (part) =>
    fc.array(part, { maxLength: 4 }).map((parts) => of(codec.tuple(...parts.map((p) => p.codec)), fc.tuple(...parts.map((p) => p.values)))),
  struct: (part) =>
    fc.uniqueArray(fc.tuple(text, part), { maxLength: 4, selector: ([name]) => name }).map((fields) =>
      of(
        codec.struct(Object.fromEntries(fields.map(([name, p]) => [name, p.codec])) as Record<string, Codec<unknown>>),
        fc.tuple(...fields.map(([, p]) => p.values)).map((all) => Object.fromEntries(fields.map(([name], i) => [name, all[i]]))),
      ),
    ),
  option: (part) =>
    part.map((p) =>
      of(
        codec.option(p.codec),
        fc.option(p.values, { nil: undefined }).map((value) => (value === undefined ? none : some(value))),
      ),
    ),
  array: (part) => part.map((p) => of(codec.array(p.codec), fc.array(p.values, { maxLength: 3 }))),
  record: (part) =>
    part.map((p) =>
      of(
        codec.record(p.codec),
        fc.array(fc.tuple(text, p.values), { maxLength: 3 }).map((fields) => Object.fromEntries(fields)),
      ),
    ),
  map: (part) =>
    fc.tuple(part, part).map(([key, value]) =>
      of(
        codec.map(key.codec, value.codec),
        fc
          .uniqueArray(fc.tuple(key.values, value.values), { maxLength: 3, selector: ([k]) => key.codec.encode(k) })
          .map((entries) => new Map(entries)),
      ),
    ),
}

/** A random codec, made of others up to `depth` times over, with the values it can write. */
export function codecCase(depth = 3): fc.Arbitrary<CodecCase> {
  if (depth === 0) return leaf
  const part = codecCase(depth - 1)
  return fc.oneof(leaf, ...Object.values(compositions).map((compose) => compose(part)))
}

/** A random codec and one of its values. */
export function codecAndValue(depth = 3): fc.Arbitrary<{ readonly codec: Codec<unknown>; readonly value: unknown }> {
  return codecCase(depth).chain((c) => c.values.map((value) => ({ codec: c.codec, value })))
}

/** A random codec and some of its values; those of one codec collide now and then. */
export function codecAndValues(depth = 2): fc.Arbitrary<{ readonly codec: Codec<unknown>; readonly values: readonly unknown[] }> {
  return codecCase(depth).chain((c) => fc.array(c.values, { minLength: 2, maxLength: 8 }).map((values) => ({ codec: c.codec, values })))
}

/** Every codec there is: the leaves, and one of each that is made of others. */
export const everyCase: readonly CodecCase[] = [
  ...leafCases,
  of(codec.tuple(codec.string, codec.int), fc.tuple(text, fc.integer())),
  of(
    codec.struct({ a: codec.int, b: codec.option(codec.string), ['__proto__']: codec.float }),
    fc.tuple(fc.integer(), text, double).map(
      ([a, b, c]) =>
        Object.fromEntries([
          ['a', a],
          ['b', some(b)],
          ['__proto__', c],
        ]) as never,
    ),
  ),
  of(
    codec.option(codec.option(codec.int)),
    fc.oneof(
      fc.constant(none),
      fc.constant(some(none)),
      fc.integer().map((n) => some(some(n))),
    ),
  ),
  of(codec.array(codec.float), fc.array(double)),
  of(
    codec.record(codec.boolean),
    fc.array(fc.tuple(text, fc.boolean())).map((fields) => Object.fromEntries(fields)),
  ),
  of(
    codec.map(codec.string, codec.int),
    fc.array(fc.tuple(text, fc.integer())).map((entries) => new Map(entries)),
  ),
]

/** Text that is often almost, and sometimes exactly, what a codec writes. */
export function nearlyEncoded({ codec: c, values }: CodecCase): fc.Arbitrary<string> {
  const encoded = values.map((value) => c.encode(value))
  const piece = fc.string({ unit: fc.constantFrom(...'0123456789-+.eEnxX_ \n",:[]{}=/ATZ'), maxLength: 3 })
  const edited = fc.tuple(encoded, fc.nat(), fc.nat(3), piece).map(([whole, at, cut, inserted]) => {
    const from = at % (whole.length + 1)
    return whole.slice(0, from) + inserted + whole.slice(from + cut)
  })
  return fc.oneof(
    encoded,
    edited,
    piece,
    text,
    jsonValue.map((json) => JSON.stringify(json)),
    fc.string({ unit: loneSurrogates }),
  )
}

const loneSurrogates = fc.constantFrom('"', '\ud800', '\udfff', 'a', '\\ud800')
