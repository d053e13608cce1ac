import { type Either, left, right } from 'fp-ts/lib/Either.js'
import { isSome, none, type Option, some } from 'fp-ts/lib/Option.js'
import { mergeableStoreOf } from '../../core/contract/store/define.ts'
import { partly } from '../../core/contract/store/partly.ts'
import type { Answers, MergeableStore } from '../../core/contract/store/store.ts'
import { type StoreError, storeErrorOf } from '../../core/contract/store/store-error.ts'
import { byHalves, type Failed } from './by-halves.ts'
import type { Ask } from './database.ts'
import { isData } from './fault.ts'
import { columnsOf, type KeptOptions, keptOf } from './kept.ts'
import { KeyValue } from './key-value.ts'
import { renewable } from './once.ts'
import { wholeOf } from './options.ts'
import { onlyPossible } from './possible.ts'
import { write } from './refusal.ts'
import { create, tableIn } from './table.ts'

/** A table that is read, written and merged into from anywhere. */
export interface PostgresMergeableStore<K, V> extends MergeableStore<K, V>, AsyncDisposable {
  /** All there is, in the order of the keys. */
  readonly entries: () => AsyncIterable<readonly [key: K, value: V]>
  /** Closes its connections. Need not be called: connections that wait for work keep no process alive. */
  readonly close: () => Promise<void>
}

/**
 * A table of PostgreSQL as a mergeable store, for programs: `merge` reads, merges and writes in one transaction, in which no
 * other merge or put has the key. To bind a job's store take `postgresStore`, which knows what it has merged already; a merge
 * here whose answer gets lost may have been done.
 *
 * ```ts
 * import { codec, store } from 'tanager'
 * import { sum } from 'tanager/algebra'
 * import { postgresMergeableStore } from 'tanager/postgres'
 *
 * const clicks = store('clicks', { key: codec.string, sum })
 * const kept = postgresMergeableStore({ url: 'postgres://tanager:secret@127.0.0.1:5432/stats', store: clicks })
 * ```
 *
 * @throws TanagerError `invalid-option`; failures are `store`
 */
export function postgresMergeableStore<K, V>(options: KeptOptions<K, V>): PostgresMergeableStore<K, V> {
  const { page = 1000 } = options
  const { semigroup, isEmpty, idempotent, commutative } = options.store.sum
  const { what, name, shape, ddl, db } = keptOf('postgresMergeableStore', options)
  wholeOf(what, 'page', page, 1)
  // Anew where values were refused: the table may have been altered for them.
  const { get: opened, anew: reopened } = renewable(async () => {
    if (options.create === true) await db.transaction((ask) => create(ask, [ddl as string]))
    const table = await tableIn(db.ask, { what, code: 'store', name, columns: columnsOf(shape), ...(ddl === undefined ? {} : { ddl }) })
    return { table, values: new KeyValue(shape, table) }
  })
  const kept = (value: Option<V>): Option<V> => (isSome(value) && isEmpty?.(value.value) === true ? none : value)

  /** Does something with some keys; where the table refuses some, with the others, and those that it refuses fail by themselves. */
  async function each<A>(
    keys: readonly K[],
    work: (key: K, i: number, held: Totals<K, V>) => Either<StoreError, A>,
    reads: boolean,
  ): Promise<Answers<A>> {
    const answers: Either<StoreError, A>[] = []
    const all = [...keys.keys()]
    const attempt = async (part: readonly number[]): Promise<Failed> => {
      const some = part.map((i) => keys[i] as K)
      try {
        const done = await alone(some, (held) => part.map((i) => work(keys[i] as K, i, held)), reads)
        for (const [n, i] of part.entries()) answers[i] = done[n] as Either<StoreError, A>
        return undefined
      } catch (thrown) {
        if (!isData(thrown)) throw thrown
        if (part.length === all.length) await reopened()
        return { thrown }
      }
    }
    await byHalves(all, attempt, (i, thrown) => {
      answers[i] = left(storeErrorOf(thrown))
    })
    return answers
  }

  /** Does something with some keys that nobody else writes meanwhile, and writes what has become of them. */
  async function alone<A>(keys: readonly K[], work: (held: Totals<K, V>) => Answers<A>, reads: boolean): Promise<Answers<A>> {
    const { table, values } = await opened()
    return db.transaction(async (ask) => {
      await ask('SELECT pg_advisory_xact_lock(hashtext($1), b) FROM unnest($2::int[]) AS b', [table.sql, bucketsOf(values, keys)])
      const held = new Totals(values, keys, reads ? await values.multiGet(ask, keys) : undefined)
      const answers = work(held)
      await held.write(ask)
      return answers
    })
  }

  const close = () => db.close()
  return {
    ...mergeableStoreOf<K, V>({
      idempotent: idempotent && commutative,
      multiGet: (keys) =>
        asked(keys, async (known) => {
          const { values } = await opened()
          const answers = await values.multiGet(db.ask, known).catch(async (error: unknown) => {
            if (!isData(error)) throw error
            const { values } = await reopened()
            return onlyPossible<K, Option<V>>(known, await values.possible(db, known), (left) => values.multiGet(db.ask, left), none)
          })
          return answers.map((answer) => right(answer))
        }),
      multiPut: (entries) =>
        asked(
          entries.map(([key]) => key),
          (keys, at) =>
            each(
              keys,
              (key, i, held) => attempt(() => held.set(key, kept((entries[at[i] as number] as (typeof entries)[number])[1]))),
              false,
            ),
        ),
      multiMerge: (entries) =>
        asked(
          entries.map(([key]) => key),
          (keys, at) =>
            each(
              keys,
              (key, i, held) =>
                attempt(() => {
                  const delta = (entries[at[i] as number] as (typeof entries)[number])[1]
                  const before = held.get(key)
                  held.set(key, kept(some(isSome(before) ? semigroup.concat(before.value, delta) : delta)))
                  return before
                }),
              true,
            ),
        ),
    }),
    async *entries() {
      yield* (await opened()).values.entries(db.ask, page)
    },
    close,
    [Symbol.asyncDispose]: close,
  }

  /** Keys that cannot be written fail by themselves; `ask` is told which of all the others are. */
  function asked<A>(keys: readonly K[], ask: (keys: readonly K[], at: readonly number[]) => Promise<Answers<A>>): Promise<Answers<A>> {
    return partly<number, number, A>(
      keys.map((_, i) => i),
      (i) => {
        shape.key.write(keys[i] as K)
        return { ask: i }
      },
      (known) =>
        ask(
          known.map((i) => keys[i] as K),
          known,
        ),
    )
  }

  function attempt<A>(step: () => A): Either<StoreError, A> {
    try {
      return right(step())
    } catch (thrown) {
      return left(storeErrorOf(thrown))
    }
  }
}

/** Keys share a few locks: a lock for each would use up what a server has of them. In order, so that no two wait for each other. */
function bucketsOf<K, V>(values: KeyValue<K, V>, keys: readonly K[]): readonly string[] {
  const buckets = new Set(keys.map((key) => bucketOf(values.row(key))))
  return [...buckets].sort((a, b) => a - b).map(String)
}

const buckets = 64

function bucketOf(text: string): number {
  let hash = 0
  for (let i = 0; i < text.length; i++) hash = (Math.imul(hash, 31) + text.charCodeAt(i)) | 0
  return (hash >>> 0) % buckets
}

/** Totals of some keys while they are worked on. */
class Totals<K, V> {
  readonly #values: KeyValue<K, V>
  readonly #held = new Map<string, Option<V>>()
  readonly #changed = new Map<string, readonly [K, Option<V>]>()

  constructor(values: KeyValue<K, V>, keys: readonly K[], held: readonly Option<V>[] = []) {
    this.#values = values
    for (const [i, answer] of held.entries()) this.#held.set(values.row(keys[i] as K), answer)
  }

  get(key: K): Option<V> {
    return this.#held.get(this.#values.row(key)) ?? none
  }

  set(key: K, value: Option<V>): void {
    // What cannot be written is refused here, where it fails by itself.
    if (isSome(value)) this.#values.put([[key, value.value]], 1, '')
    const row = this.#values.row(key)
    this.#held.set(row, value)
    this.#changed.set(row, [key, value])
  }

  write(ask: Ask): Promise<void> {
    return write(ask, this.#values, [...this.#changed.values()])
  }
}
