import type { Option } from 'fp-ts/lib/Option.js'
import { TanagerError } from '../error.ts'

/**
 * A store outside that keeps a job's totals, and with them how far it is: both in one transaction, so that after a crash
 * it knows what it has merged already. Keys are spread over partitions, each of which moves on by itself.
 *
 * The engine merges in two steps: first the store commits, then the log lets go of what was merged. Whoever dies between
 * the two leaves a store that is ahead; the next to come sees that by its position, and does only the second step.
 */
export interface TransactionalStore<K, V> {
  /** How far a partition is: at position 0 with an empty note, before its first commit. */
  readonly at: (partition: number) => Promise<StorePosition>
  /** As many answers as keys, in their order. Of a key that it cannot even hold there is nothing: `none`. */
  readonly multiGet: (keys: readonly K[]) => Promise<readonly Option<V>[]>
  /**
   * In one transaction: if the partition is at `from`, moves it to `to`, keeps the note, and writes and removes values;
   * otherwise changes nothing. Law: of all that begin at one position, at most one is ever committed.
   *
   * Rejects with a TanagerError `refused`, or `encode`, and changes nothing, if it will never take one of the keys or values
   * as things stand. Whatever else it rejects with is tried again.
   *
   * @returns whether it was
   */
  readonly commit: (change: StoreChange<K, V>) => Promise<boolean>
  /**
   * Which of these it will not take, and why: as many answers as entries, in their order, a sentence for each that it
   * refuses. `none` stands for the key being removed. Changes nothing, and rejects if it cannot tell. Law: of what it does not
   * refuse, `commit` does not either, if the entries were all of one change.
   *
   * It is asked when a commit was rejected with `refused` or `encode`. What it names goes to the dead letters, and the rest
   * is committed; a store without it has its partition wait until what is wrong is mended.
   */
  readonly refuses?: (entries: readonly (readonly [key: K, value: Option<V>])[]) => Promise<readonly Option<string>[]>
  /** All there is, in any order. */
  readonly entries: () => AsyncIterable<readonly [K, V]>
}

export interface StorePosition {
  readonly position: number
  /** What was handed over with the last commit, to be handed back as it is. */
  readonly note: string
}

export interface StoreChange<K, V> extends StorePosition {
  readonly partition: number
  /** Where the partition must be. `position` is where it is then. */
  readonly from: number
  readonly puts: readonly (readonly [key: K, value: V])[]
  readonly removes: readonly K[]
}

/** Whether a commit was rejected for what was to be written, and will be again. */
export const isRefusal = (error: unknown): boolean => error instanceof TanagerError && (error.code === 'refused' || error.code === 'encode')

const methods = ['at', 'multiGet', 'commit', 'entries'] as const satisfies readonly (keyof TransactionalStore<unknown, unknown>)[]

/** Whatever was bound, as a store. */
export function asStore(name: string, binding: unknown): TransactionalStore<unknown, unknown> {
  const given = (typeof binding === 'object' ? binding : undefined) as Partial<Record<string, unknown>> | null | undefined
  if (given != null && methods.every((method) => typeof given[method] === 'function')) return given as never
  throw new TanagerError('invalid-binding', `the store ${name} is bound to something that is no store`, {
    value: binding,
    allowed: `a TransactionalStore: { ${methods.join(', ')} }`,
  })
}
