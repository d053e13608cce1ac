import { none, type Option, some } from 'fp-ts/lib/Option.js'
import type { StoreChange, TransactionalStore } from 'tanager'

/**
 * A store outside, as a database would be: transactions happen whole or not at all, and an answer may get lost. What it
 * does to each commit is asked first.
 */
export class OutsideStore<K, V> implements TransactionalStore<K, V> {
  readonly commits: StoreChange<K, V>[] = []
  readonly #places = new Map<number, { position: number; note: string }>()
  readonly #values = new Map<string, readonly [K, V]>()
  readonly #fate: () => 'done' | 'refused' | 'unanswered'

  constructor(fate: () => 'done' | 'refused' | 'unanswered' = () => 'done') {
    this.#fate = fate
  }

  at = async (partition: number) => this.#places.get(partition) ?? { position: 0, note: '' }

  multiGet = async (keys: readonly K[]): Promise<readonly Option<V>[]> =>
    keys.map((key) => {
      const found = this.#values.get(JSON.stringify(key))
      return found === undefined ? none : some(found[1])
    })

  commit = async (change: StoreChange<K, V>): Promise<boolean> => {
    const fate = this.#fate()
    if (fate === 'refused') throw new Error('the store is away')
    // Nothing may come in between looking where it is and moving it: no await.
    if ((this.#places.get(change.partition)?.position ?? 0) !== change.from) return false
    this.commits.push(change)
    this.#places.set(change.partition, { position: change.position, note: change.note })
    for (const [key, value] of change.puts) this.#values.set(JSON.stringify(key), [key, value])
    for (const key of change.removes) this.#values.delete(JSON.stringify(key))
    if (fate === 'unanswered') throw new Error('the connection is gone')
    return true
  }

  async *entries() {
    yield* this.#values.values()
  }

  /** Brings it back from a copy, or loses it. */
  move(partition: number, position: number): void {
    this.#places.set(partition, { position, note: '' })
  }
}
