import * as boolean from 'fp-ts/lib/boolean.js'
import * as number from 'fp-ts/lib/number.js'
import * as ordering from 'fp-ts/lib/Ordering.js'
import type { Semigroup } from 'fp-ts/lib/Semigroup.js'

/** Which laws a semigroup has beyond associativity. */
export interface KnownLaws {
  readonly commutative: boolean
  readonly idempotent: boolean
}

// By the function: a monoid has that of its semigroup. What a call makes anew (`min(ord)`, `getUnionSemigroup(eq)`) cannot
// be told from anybody's own, and a wrong guess would be a wrong total.
const laws = new Map<unknown, KnownLaws>([
  [number.SemigroupSum.concat, { commutative: true, idempotent: false }],
  [number.SemigroupProduct.concat, { commutative: true, idempotent: false }],
  [boolean.SemigroupAll.concat, { commutative: true, idempotent: true }],
  [boolean.SemigroupAny.concat, { commutative: true, idempotent: true }],
  [ordering.Semigroup.concat, { commutative: false, idempotent: true }],
])

/** What is known of the instances that fp-ts has ready-made; nothing of any other. */
export function knownLaws<V>(semigroup: Semigroup<V>): KnownLaws | undefined {
  return laws.get(semigroup.concat)
}
