import { isSome, none, type Option, some } from 'fp-ts/lib/Option.js'
import { same } from '../../compare/same.ts'

/** How two values of a key become one, and which are not kept. */
export interface Rules<V> {
  readonly concat: (a: V, b: V) => V
  readonly isEmpty: (value: V) => boolean
}

/** For a store that does not merge. */
export const noRules = <V>(): Rules<V> => ({
  concat: () => {
    throw new Error('nothing merges here')
  },
  isEmpty: () => false,
})

/** What a store is meant to be: a few pairs. */
export class Model<K, V> {
  readonly #rules: Rules<V>
  #entries: readonly (readonly [K, V])[] = []

  constructor(rules: Rules<V>) {
    this.#rules = rules
  }

  get(key: K): Option<V> {
    const found = this.#entries.find(([each]) => same(each, key))
    return found === undefined ? none : some(found[1])
  }

  put(key: K, value: Option<V>): void {
    this.#entries = this.#entries.filter(([each]) => !same(each, key))
    if (isSome(value) && !this.#rules.isEmpty(value.value)) this.#entries = [...this.#entries, [key, value.value]]
  }

  merge(key: K, delta: V): Option<V> {
    const before = this.get(key)
    this.put(key, some(isSome(before) ? this.#rules.concat(before.value, delta) : delta))
    return before
  }

  get entries(): readonly (readonly [K, V])[] {
    return this.#entries
  }
}
