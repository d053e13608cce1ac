import fc from 'fast-check'

/** Doubles of every kind and size up to 2^900, above all such as cancel, tie and straddle when they are added. */
export const doubles: fc.Arbitrary<number> = fc.oneof(
  fc.double({ noNaN: true, min: -(2 ** 900), max: 2 ** 900 }),
  fc.double({ noNaN: true, min: -1e6, max: 1e6 }),
  fc.integer({ min: -1000, max: 1000 }),
  fc.integer({ min: -100, max: 100 }).map((cents) => cents / 100),
  fc.tuple(fc.integer({ min: -9, max: 9 }), fc.integer({ min: -1074, max: 890 })).map(([digit, exponent]) => digit * 2 ** exponent),
  fc.tuple(fc.integer({ min: -9, max: 9 }), fc.integer({ min: -60, max: 60 })).map(([digit, exponent]) => digit * 2 ** exponent),
)

/** Those of them whose powers can be summed exactly. */
export const measures: fc.Arbitrary<number> = doubles.filter((x) => x === 0 || (Math.abs(x) >= 2 ** -200 && Math.abs(x) <= 2 ** 200))
