import fc from 'fast-check'

export const text = fc.oneof(
  fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 2 }),
  fc.string({ unit: fc.constantFrom('a', '\0', '"', 'é', 'e\u0301', '🐦', '\uffff', ' '), maxLength: 6 }),
  fc.constantFrom('__proto__', 'constructor', ''),
)
export const whole = fc.oneof(fc.integer({ min: -9, max: 9 }), fc.integer({ min: -1e6, max: 1e6 }))
/** Any double but NaN and the infinities, -0 left out. */
export const finite = fc
  .oneof(
    whole,
    fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e290, max: 1e290 }),
    whole.map((n) => n / 10),
  )
  .map((x) => x + 0)
export const time = fc.oneof(fc.integer({ min: 0, max: 50 }), fc.integer({ min: 1.6e12, max: 1.8e12 }))
export const table = <A>(values: fc.Arbitrary<A>) =>
  fc.array(fc.tuple(text, values), { maxLength: 4 }).map((pairs) => Object.fromEntries(pairs))
export const mapping = <A>(values: fc.Arbitrary<A>) => fc.array(fc.tuple(text, values), { maxLength: 4 }).map((pairs) => new Map(pairs))

/** Of a size that can be raised to the fourth power. */
export const moderate = fc.oneof(
  whole,
  whole.map((n) => n / 1000 + 0),
  fc.integer({ min: -30, max: 30 }).map((n) => 10 ** n),
)
export const word = fc.oneof(fc.constantFrom('a', 'b', 'c', 'd'), text, fc.integer({ min: 0, max: 500 }).map(String))
