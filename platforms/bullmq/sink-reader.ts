import type { Sink } from '../../core/contract/sink.ts'
import { unframe } from '../../core/engine/frame.ts'
import type { Log } from '../../core/engine/log.ts'
import type { AnySink } from '../../core/plan/plan.ts'
import type { ReadOptions } from './store-reader.ts'

/**
 * A sink that is not bound: its batches stay in Redis, for whoever comes for them. There is room for so many; when they
 * fill it, the job waits.
 */
export interface SinkReader<T> {
  /** What is there, oldest first. It stays there. */
  readonly entries: (options?: ReadOptions) => AsyncIterable<T>
  /**
   * Hands over what is there, a batch at a time, and lets go of each once it was taken. Should taking fail, or this process,
   * the batch comes again, under the same token.
   *
   * @returns how many batches were taken
   */
  readonly take: (write: Sink<T>['write'], options?: ReadOptions) => Promise<number>
}

/** Batches read at a time. */
const page = 20

export function sinkReader(
  { job, log }: { readonly job: string; readonly log: Log },
  { name, item }: AnySink,
  fresh: (options: ReadOptions | undefined) => Promise<void>,
): SinkReader<unknown> {
  async function* batches() {
    for (let from = 1; ; ) {
      const some = await log.range(name, from, page)
      if (some.length === 0) return
      for (const { sequence, ...entry } of some) {
        yield { sequence, entry, items: unframe(entry.payload).map((text) => item.decode(text)) }
        from = sequence + 1
      }
    }
  }
  return {
    entries: async function* (options) {
      await fresh(options)
      for await (const { items } of batches()) yield* items
    },
    take: async (write, options) => {
      await fresh(options)
      let taken = 0
      for await (const { sequence, entry, items } of batches()) {
        await write(items, { job, sink: name, sequence, id: entry.id })
        await log.commitSink(name, sequence, entry)
        taken += 1
      }
      return taken
    },
  }
}
