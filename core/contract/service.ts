import { fromNullable, type Option } from 'fp-ts/lib/Option.js'
import { TanagerError } from '../error.ts'

/**
 * Something outside that knows values by key. Law: as many answers as keys, in their order; `none` means that there is
 * no such value, a rejection that it is not known. After a rejection the whole batch is tried again, later.
 */
export interface Service<K, W> {
  readonly multiGet: (keys: readonly K[]) => Promise<readonly Option<W>[]>
}

/** What may stand for a service: a map, a function of one key, or the service itself. */
export type ServiceBinding<K, W> = Service<K, W> | ReadonlyMap<K, W> | ((key: K) => W | undefined | Promise<W | undefined>)

/** Whatever was bound, as a service. */
export function asService<K, W>(name: string, binding: ServiceBinding<K, W>): Service<K, W> {
  if (typeof binding === 'function') {
    return {
      multiGet: async (keys) => (await Promise.all(keys.map(async (key) => binding(key)))).map(fromNullable) as readonly Option<W>[],
    }
  }
  if (binding instanceof Map) {
    return { multiGet: (keys) => Promise.resolve(keys.map((key) => fromNullable(binding.get(key)) as Option<W>)) }
  }
  if (typeof binding === 'object' && binding !== null && 'multiGet' in binding && typeof binding.multiGet === 'function') return binding
  throw new TanagerError('invalid-binding', `the service ${name} is bound to something that answers no keys`, {
    value: binding,
    allowed: 'a Map, a function of one key, or { multiGet }',
  })
}
