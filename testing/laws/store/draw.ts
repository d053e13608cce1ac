import type { Arbitrary } from 'fast-check'
import { none, type Option, some } from 'fp-ts/lib/Option.js'
import { same } from '../../compare/same.ts'
import type { FastCheck } from '../../fast-check.ts'
import { givenValues, type Values } from '../../values/given.ts'

/** A few keys that differ. */
export function fewKeys<K>(fc: FastCheck, keys: Values<K>, most = 4): Arbitrary<readonly K[]> {
  return fc.uniqueArray(givenValues(fc, 'the keys', keys), { minLength: 1, maxLength: most, comparator: same, size: 'max' })
}

/** Some of them, each as often as it comes. */
export function asked<K>(fc: FastCheck, keys: readonly K[]): Arbitrary<readonly K[]> {
  return fc.array(fc.constantFrom(...keys), { maxLength: 6 })
}

/** Pairs of them and of values, or of no value. */
export function putsOf<K, V>(fc: FastCheck, keys: readonly K[], values: Values<V>): Arbitrary<readonly (readonly [K, Option<V>])[]> {
  const value = fc.option(givenValues(fc, 'the values', values).map(some), { nil: none as Option<V>, freq: 4 })
  return fc.array(fc.tuple(fc.constantFrom(...keys), value), { maxLength: 8 })
}

export function mergesOf<K, V>(fc: FastCheck, keys: readonly K[], values: Values<V>): Arbitrary<readonly (readonly [K, V])[]> {
  return fc.array(fc.tuple(fc.constantFrom(...keys), givenValues(fc, 'the values', values)), { maxLength: 8 })
}
