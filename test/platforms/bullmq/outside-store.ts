import { fromNullable, isSome, none, type Option, some } from 'fp-ts/lib/Option.js'
import { type StoreChange, TanagerError, type TransactionalStore } from 'tanager'

/**
 * A store outside, as a database would be: transactions happen whole or not at all, and an answer may get lost. What it
 * does to each commit is asked first. It takes all keys and values, unless it is told why not.
 */
export class OutsideStore<K, V> implements TransactionalStore<K, V> {
  readonly commits: StoreChange<K, V>[] = []
  readonly #places = new Map<number, { position: number; note: string }>()
  readonly #values = new Map<string, readonly [K, V]>()
  readonly #fate: () => 'done' | 'refused' | 'unanswered'
  /** Why it does not take a change, if it does not, beside all that it was given before in the same one. */
  unfit: (key: K, value: Option<V>, others: readonly K[]) => string | undefined = () => undefined

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
    const entries = [
      ...change.puts.map(([key, value]) => [key, some(value)] as const),
      ...change.removes.map((key) => [key, none] as const),
    ]
    const why = this.#reasons(entries).find(isSome)
    if (why !== undefined) throw new TanagerError('refused', why.value)
    this.commits.push(change)
    this.#places.set(change.partition, { position: change.position, note: change.note })
    for (const [key, value] of change.puts) this.#values.set(JSON.stringify(key), [key, value])
    for (const key of change.removes) this.#values.delete(JSON.stringify(key))
    if (fate === 'unanswered') throw new Error('the connection is gone')
    return true
  }

  refuses = async (entries: readonly (readonly [K, Option<V>])[]): Promise<readonly Option<string>[]> => {
    if (this.#fate() === 'refused') throw new Error('the store is away')
    return this.#reasons(entries)
  }

  #reasons(entries: readonly (readonly [K, Option<V>])[]): readonly Option<string>[] {
    const taken: K[] = []
    return entries.map(([key, value]) => {
      const why = this.unfit(key, value, taken)
      if (why === undefined) taken.push(key)
      return fromNullable(why)
    })
  }

  async *entries() {
    yield* this.#values.values()
  }

  /** Brings it back from a copy, or loses it. */
  move(partition: number, position: number): void {
    this.#places.set(partition, { position, note: '' })
  }
}
