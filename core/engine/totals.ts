import { isSome, type Option } from 'fp-ts/lib/Option.js'
import { isRefusal, type TransactionalStore } from '../contract/transactional-store.ts'
import { TanagerError } from '../error.ts'
import type { DeadRecord } from '../run/result.ts'
import type { InboxEntry, Stored, SumCommit, SumCommitted } from './log.ts'
import type { Box, Held, Merged } from './merge.ts'
import { bytesOf, type Written } from './outputs/written.ts'
import type { Drain } from './parts.ts'
import { type Refuses, type Weighed, withoutRefused } from './refusal.ts'
import { readStored, writeStored } from './stored.ts'

/** One partition's totals, wherever they are; `T` is a total as it is kept there. */
export interface Totals<T> {
  /** Does what a worker before us has left half done, and answers what came of it; undefined where there is nothing. */
  readonly caughtUp: (position: number) => Promise<SumCommitted | undefined>
  /** Nothing, if the inbox is not where it was any more. */
  readonly read: (keys: readonly string[], position: number) => Promise<Held<T> | undefined>
  /** Keeps what a merge has come to, and lets go of what was merged. */
  readonly commit: (merged: TotalsCommit<T>) => Promise<SumCommitted>
}

interface TotalsCommit<T> extends Merged<T> {
  /** Where the inbox was when it was read. */
  readonly position: number
  readonly entries: readonly InboxEntry[]
}

/** Totals beside their inbox: one step commits both. */
export function totalsInLog({ log, store: { slot } }: Drain, partition: number): Totals<Stored> {
  const store = slot.name
  return {
    caughtUp: async () => undefined,
    read: async (keys, position) => {
      const stored = await log.readValuesAt(store, partition, position, keys)
      if (stored === undefined) return undefined
      return {
        before: (key, at): Box => {
          const text = stored[at]
          return text === undefined ? undefined : { is: readStored(slot, partition, key, text) }
        },
        write: (total) => writeStored(slot, total),
      }
    },
    commit: (merged) => log.commitSum({ store, partition, ...merged }),
  }
}

/** What is left to do in the log once the store has committed: kept there, with the position. */
interface Rest {
  readonly entries: number
  /** The stamp of the last of them. */
  readonly last: string
  readonly written?: Written
  readonly output?: NonNullable<SumCommit['output']>
  readonly deadLetters: readonly DeadRecord[]
}

/**
 * Totals in a store outside, in two steps: the store commits the values and where it is, then the log lets go of what was
 * merged and passes on what changed. The store is never behind the log, and ahead by one step at most.
 */
export function totalsOutside(
  { log, store: plan, watch }: Drain,
  partition: number,
  outside: TransactionalStore<unknown, unknown>,
): Totals<Weighed> {
  const { slot } = plan
  const store = slot.name
  // A total that cannot be written is refused wherever it is kept.
  const write = (total: unknown): Weighed => ({ total, bytes: bytesOf(slot.sum.codec.encode(total)) })
  /** Where the store is: it is asked once in a drain, and moved by us alone as long as what we commit is taken. */
  let known: number | undefined
  /** What was read last, for the step that commits what was made of it. */
  let read: { readonly keys: readonly string[]; readonly answers: readonly Option<unknown>[] } = { keys: [], answers: [] }

  /** The second step. */
  async function letGo(
    position: number,
    { entries, ...told }: Pick<Rest, 'written' | 'output' | 'deadLetters'> & { readonly entries: readonly InboxEntry[] },
  ) {
    return log.commitSum({ store, partition, position, entries, puts: [], removes: [], ...told })
  }

  return {
    caughtUp: async (position) => {
      if (known === position) return undefined
      const at = await outside.at(partition)
      known = at.position
      if (known === position) return undefined
      const rest = at.note === '' ? undefined : (JSON.parse(at.note) as Rest)
      // Both are read one after the other: an inbox that has moved meanwhile is another worker's.
      const { entries, position: now } = await log.readInbox(store, partition, Number.MAX_SAFE_INTEGER)
      if (now !== position) return { status: 'stale' }
      const merged = entries.slice(0, rest?.entries)
      if (rest === undefined || known !== position + rest.entries || merged.at(-1)?.stamp !== rest.last)
        throw torn(store, partition, known, position)
      return letGo(position, { ...notedIn(rest), entries: merged })
    },

    read: async (keys) => {
      const answers = await outside.multiGet(keys.map((key) => slot.key.decode(key)))
      if (answers.length !== keys.length) {
        throw new TanagerError('invalid-binding', `the store ${store} must answer each key once, in order`, {
          value: `${answers.length} answers to ${keys.length} keys`,
        })
      }
      read = { keys, answers }
      return { before: (_key, at) => boxOf(answers[at]), write }
    },

    commit: async ({ position, entries, ...all }) => {
      const to = position + entries.length
      const last = (entries.at(-1) as InboxEntry).stamp
      const { told, done } = await taken(all, entries, (merged, told) => {
        const rest: Rest = { entries: entries.length, last, ...told }
        return outside.commit({
          partition,
          from: position,
          position: to,
          note: JSON.stringify(rest),
          puts: merged.puts.map(([key, { total }]) => [slot.key.decode(key), total] as const),
          removes: merged.removes.map((key) => slot.key.decode(key)),
        })
      })
      if (!done) return { status: 'stale' }
      known = to
      return letGo(position, { ...told, entries })
    },
  }

  /** Has the store commit what it takes of a merge; what it refuses is among the dead letters of what it took. */
  async function taken(
    all: Merged<Weighed>,
    entries: readonly InboxEntry[],
    commit: (merged: Merged<Weighed>, told: ReturnType<typeof toldOf>) => Promise<boolean>,
  ) {
    const seen = new Set<string>()
    for (let merged = all; ; ) {
      const told = toldOf(merged)
      try {
        return { told, done: await commit(merged, told) }
      } catch (error) {
        if (outside.refuses === undefined || !isRefusal(error)) throw error
        const places = new Map(read.keys.map((key, at) => [key, at]))
        const before = (key: string) => boxOf(read.answers[places.get(key) as number])
        const refuses: Refuses = (changes) => (outside as Required<typeof outside>).refuses(changes)
        const left = await withoutRefused({ plan, refuses, watch, entries, merged, before, write, seen })
        // By now it would take all of it, as after its table was mended: everything is looked at anew, a little later.
        if (left === undefined) throw error
        merged = left
      }
    }
  }
}

const boxOf = (answer: Option<unknown> | undefined): Box => (answer !== undefined && isSome(answer) ? { is: answer.value } : undefined)

/** What the log is to be told of it, when the store has committed. */
function toldOf({ puts, removes, output, deadLetters }: Merged<Weighed>) {
  const written = {
    rows: puts.length + removes.length,
    bytes: puts.reduce((sum, [key, { bytes }]) => sum + bytesOf(key) + bytes, 0),
  }
  return { written, deadLetters, ...(output === undefined ? {} : { output }) }
}

/** A note of an older worker's does not tell what was written. */
const notedIn = ({ written = { rows: 0, bytes: 0 }, output, deadLetters }: Rest) => ({
  written,
  deadLetters,
  ...(output === undefined ? {} : { output }),
})

function torn(store: string, partition: number, outside: number, log: number): TanagerError {
  return new TanagerError('store-mismatch', `the store ${store} and the log do not fit`, {
    where: `partition ${partition}`,
    value: `the store has merged ${outside} entries, the log has let go of ${log}`,
    allowed: 'a store that is where the log is, or one step ahead',
    remedy:
      'Has one of them lost its latest changes, or been brought back from a copy? Bring back the other too, or begin anew: tanager reset.',
  })
}
