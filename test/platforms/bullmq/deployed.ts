import type { AnySlot, Job } from 'tanager'
import { type BullmqApp, type BullmqBindings, type BullmqOptions, bullmq, type Client, type RunningWorker } from 'tanager/bullmq'
import { type KeySpace, keySpace } from '../../redis/redis.ts'

/** A job deployed in a key space of its own, with workers and a client that end with the test. */
export interface Deployed<R extends AnySlot> extends AsyncDisposable {
  readonly app: BullmqApp<R>
  readonly client: Client<R>
  readonly space: KeySpace
  readonly notices: readonly string[]
  readonly worker: () => Promise<RunningWorker>
}

/** Deploys a job; workers are started by the test, as many as it wants. */
export async function deployed<R extends AnySlot>(
  job: Job<R>,
  bindings: BullmqBindings<R>,
  options: BullmqOptions = {},
): Promise<Deployed<R>> {
  const space = await keySpace()
  const notices: string[] = []
  const app = bullmq({ redis: space.url, prefix: space.prefix, notice: (text) => notices.push(text), ...options })
    .on(job)
    .bind(bindings)
  const client = app.client()
  const workers: RunningWorker[] = []
  return {
    app,
    client,
    space,
    notices,
    worker: async () => {
      const worker = await app.start()
      workers.push(worker)
      return worker
    },
    [Symbol.asyncDispose]: async () => {
      await Promise.all(workers.map((worker) => worker.close({ grace: 2000 })))
      await client.close()
      await space.close()
    },
  }
}

/** Everything a store holds, as a map. */
export async function contents<K, V>(entries: AsyncIterable<readonly [K, V]>): Promise<Map<K, V>> {
  const map = new Map<K, V>()
  for await (const [key, value] of entries) map.set(key, value)
  return map
}

/** Everything of an async iterable. */
export async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = []
  for await (const item of items) list.push(item)
  return list
}
