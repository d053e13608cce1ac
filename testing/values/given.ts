import type { Arbitrary } from 'fast-check'
import { TanagerError } from '../../core/error.ts'
import { copyOf } from '../compare/copy.ts'
import type { FastCheck } from '../fast-check.ts'

/** Values of yours: some of them in an array, or an arbitrary of fast-check that makes them. */
export type Values<A> = readonly A[] | Arbitrary<A>

export function givenValues<A>(fc: FastCheck, what: string, given: Values<A>): Arbitrary<A> {
  if (Array.isArray(given)) {
    if (given.length > 0) return fc.constantFrom(...(given as readonly A[])).map(copyOf)
  } else if (typeof (given as Arbitrary<A> | undefined)?.generate === 'function') return (given as Arbitrary<A>).map(copyOf)
  throw new TanagerError('invalid-option', `${what} hold nothing to check a law with`, {
    value: given,
    allowed: 'an array with something in it, or an arbitrary of fast-check',
  })
}
