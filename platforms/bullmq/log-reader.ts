import { isSome } from 'fp-ts/lib/Option.js'
import type { Json } from '../../core/codec/codec.ts'
import type { TransactionalStore } from '../../core/contract/transactional-store.ts'
import { unframe } from '../../core/engine/frame.ts'
import type { Log, Progress } from '../../core/engine/log.ts'
import { partitionOf } from '../../core/engine/partition.ts'
import { readStored } from '../../core/engine/stored.ts'
import type { AnyStore } from '../../core/plan/plan.ts'

/** What a job keeps between its steps, for whoever looks for a mistake. Everything stays as it is. */
export interface LogReader {
  /** How far each stream is, as `status` says it, without a look at the queues. */
  readonly progress: () => Promise<Progress>
  /**
   * The batches of a stream that are not committed yet, of those numbered `from` to `to`, oldest first. One that is
   * committed meanwhile does not come.
   */
  readonly batches: (stream: string, from: number, to: number) => AsyncIterable<LoggedBatch>
  /** What a store holds under a key, both as they are written: not presented, but as the next merge will find it; `undefined` if nothing. */
  readonly total: (store: string, key: string) => Promise<Json | undefined>
}

/** A batch as its stream keeps it. */
export interface LoggedBatch {
  readonly sequence: number
  /** As they were written, still to be read. */
  readonly records: readonly string[]
}

interface Parts {
  readonly log: Log
  readonly partitions: (store: string) => number
  readonly stores: (name: string) => TransactionalStore<unknown, unknown> | undefined
  /** The store of a name; throws if there is none. */
  readonly slot: (name: string) => AnyStore
  /** Settles once it may be read. */
  readonly ready: () => Promise<void>
}

/** Batches read at a time. */
const page = 20

export function logReader({ log, partitions, stores, slot, ready }: Parts): LogReader {
  return {
    progress: async () => {
      await ready()
      return log.progress()
    },

    batches: async function* (stream, from, to) {
      await ready()
      for (let next = from; next <= to; ) {
        const some = await log.range(stream, next, page)
        for (const { sequence, payload } of some) {
          if (sequence > to) return
          yield { sequence, records: unframe(payload) }
          next = sequence + 1
        }
        if (some.length < page) return
      }
    },

    total: async (store, key) => {
      const { sum, key: keys } = slot(store)
      await ready()
      const outside = stores(store)
      if (outside !== undefined) {
        const [found] = await outside.multiGet([keys.decode(key)])
        return found !== undefined && isSome(found) ? sum.codec.toJson(found.value) : undefined
      }
      const partition = partitionOf(key, partitions(store))
      const [stored] = await log.readValues(store, partition, [key])
      return stored === undefined ? undefined : sum.codec.toJson(readStored(slot(store), partition, key, stored))
    },
  }
}
