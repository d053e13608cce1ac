import { isSome, map, none, type Option, some } from 'fp-ts/lib/Option.js'
import type { TransactionalStore } from '../../core/contract/transactional-store.ts'
import type { Log, Stored } from '../../core/engine/log.ts'
import { partitionOf } from '../../core/engine/partition.ts'
import type { Receipt, WaitOptions } from '../../core/engine/settle.ts'
import { readStored } from '../../core/engine/stored.ts'
import type { AnyStore } from '../../core/plan/plan.ts'

/** How fresh a read has to be. */
export interface ReadOptions extends WaitOptions {
  /** Waits until what this receipt is for is counted. */
  readonly after?: Receipt
}

/** A store, read from any process. */
export interface StoreReader<K, Out> {
  readonly get: (key: K, options?: ReadOptions) => Promise<Out | undefined>
  /** As many answers as keys, in their order. */
  readonly multiGet: (keys: readonly K[], options?: ReadOptions) => Promise<readonly Option<Out>[]>
  /** All keys and values, a few at a time, in no order. A key that changes meanwhile comes with its old value or its new one. */
  readonly entries: (options?: ReadOptions) => AsyncIterable<readonly [K, Out]>
}

interface Parts {
  readonly log: Log
  readonly partitions: (store: string) => number
  readonly stores: (name: string) => TransactionalStore<unknown, unknown> | undefined
}

export function storeReader(
  { log, partitions, stores }: Parts,
  slot: AnyStore,
  fresh: (options: ReadOptions | undefined) => Promise<void>,
): StoreReader<unknown, unknown> {
  const { name, key: codec, sum } = slot
  const outside = stores(name)
  if (outside !== undefined) return outsideReader(outside, sum.present, fresh)
  const present = (partition: number, key: string, stored: Stored) => sum.present(readStored(slot, partition, key, stored))

  async function multiGet(wanted: readonly unknown[], options?: ReadOptions): Promise<readonly Option<unknown>[]> {
    await fresh(options)
    const answers: Option<unknown>[] = wanted.map(() => none)
    const parts = new Map<number, { readonly key: string; readonly at: number }[]>()
    for (const [at, key] of wanted.map((key) => codec.encode(key)).entries()) {
      const partition = partitionOf(key, partitions(name))
      const part = parts.get(partition)
      if (part === undefined) parts.set(partition, [{ key, at }])
      else part.push({ key, at })
    }
    await Promise.all(
      [...parts].map(async ([partition, asked]) => {
        const found = await log.readValues(
          name,
          partition,
          asked.map(({ key }) => key),
        )
        for (const [i, { key, at }] of asked.entries()) {
          const stored = found[i]
          if (stored !== undefined) answers[at] = some(present(partition, key, stored))
        }
      }),
    )
    return answers
  }

  return {
    multiGet,
    get: oneOf(multiGet),
    entries: async function* (options) {
      await fresh(options)
      for (let partition = 0; partition < partitions(name); partition++) {
        // A scan of a hash that grows meanwhile may answer a key twice.
        const seen = new Set<string>()
        let cursor = '0'
        do {
          const scanned = await log.scan(name, partition, cursor)
          cursor = scanned.cursor
          for (const [key, stored] of scanned.entries) {
            if (seen.has(key)) continue
            seen.add(key)
            yield [codec.decode(key), present(partition, key, stored)] as const
          }
        } while (cursor !== '0')
      }
    },
  }
}

/** One key's answer, from many keys'. */
function oneOf(multiGet: StoreReader<unknown, unknown>['multiGet']): StoreReader<unknown, unknown>['get'] {
  return async (key, options) => {
    const [found] = await multiGet([key], options)
    return found !== undefined && isSome(found) ? found.value : undefined
  }
}

function outsideReader(
  outside: TransactionalStore<unknown, unknown>,
  present: (value: unknown) => unknown,
  fresh: (options: ReadOptions | undefined) => Promise<void>,
): StoreReader<unknown, unknown> {
  const multiGet: StoreReader<unknown, unknown>['multiGet'] = async (keys, options) => {
    await fresh(options)
    return (await outside.multiGet(keys)).map(map(present))
  }
  return {
    multiGet,
    get: oneOf(multiGet),
    entries: async function* (options) {
      await fresh(options)
      for await (const [key, value] of outside.entries()) yield [key, present(value)] as const
    },
  }
}
