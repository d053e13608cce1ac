import fc from 'fast-check'
import * as boolean from 'fp-ts/lib/boolean.js'
import * as number from 'fp-ts/lib/number.js'
import * as ordering from 'fp-ts/lib/Ordering.js'
import { max, type Semigroup } from 'fp-ts/lib/Semigroup.js'
import * as string from 'fp-ts/lib/string.js'
import { describe, expect, it } from 'vitest'
import { knownLaws } from '../../../core/algebra/known.ts'

const orderings = fc.constantFrom(-1 as const, 0 as const, 1 as const)
// biome-ignore lint/suspicious/noExplicitAny: of all kinds of values
const known: readonly (readonly [name: string, semigroup: Semigroup<any>, values: fc.Arbitrary<unknown>])[] = [
  ['number.SemigroupSum', number.SemigroupSum, fc.integer()],
  ['number.MonoidSum', number.MonoidSum, fc.integer()],
  ['number.SemigroupProduct', number.SemigroupProduct, fc.integer()],
  ['number.MonoidProduct', number.MonoidProduct, fc.integer()],
  ['boolean.SemigroupAll', boolean.SemigroupAll, fc.boolean()],
  ['boolean.MonoidAll', boolean.MonoidAll, fc.boolean()],
  ['boolean.SemigroupAny', boolean.SemigroupAny, fc.boolean()],
  ['boolean.MonoidAny', boolean.MonoidAny, fc.boolean()],
  ['ordering.Monoid', ordering.Monoid, orderings],
]

/** Whether a law holds in all of so many trials. */
const holds = (values: fc.Arbitrary<unknown>, law: (a: unknown, b: unknown) => boolean) =>
  !fc.check(fc.property(values, values, law), { numRuns: 1000 }).failed

describe('what is known of the instances of fp-ts', () => {
  it.each(known)('%s: what is said of it holds, and what holds is said', (_name, semigroup, values) => {
    const { concat } = semigroup
    expect(knownLaws(semigroup)).toEqual({
      commutative: holds(values, (a, b) => Object.is(concat(a, b), concat(b, a))),
      idempotent: holds(values, (a) => Object.is(concat(a, a), a)),
    })
  })

  it('is nothing where order matters, or where it cannot be told', () => {
    expect(knownLaws(string.Semigroup)).toBeUndefined()
    expect(knownLaws(max(number.Ord))).toBeUndefined()
    expect(knownLaws({ concat: (a: number, b: number) => a + b })).toBeUndefined()
  })
})
