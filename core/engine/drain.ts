import type { Json } from '../codec/codec.ts'
import type { StorePlan } from '../plan/plan.ts'
import { deltaOf } from './delta.ts'
import type { InboxEntry, Stored } from './log.ts'
import { type Merged, mergeAll } from './merge.ts'
import type { EngineParts } from './parts.ts'
import { noRoom } from './room.ts'
import { type Attempt, type Outcome, tell } from './scheduler.ts'
import { suspicious, trial } from './trial.ts'

/** An engine, at the door of one store. */
export interface Drain extends EngineParts {
  readonly store: StorePlan
}

/**
 * Merges a partition's inbox into its values until it is empty or the turn is over. One step reads what dozens of batches
 * left there, and reads and writes each of their keys once: under load, this is where the speed comes from.
 */
export async function runDrain(drain: Drain, partition: number, attempt: Attempt): Promise<Outcome> {
  const { log, scheduler, clock, limits, store } = drain
  const name = store.slot.name
  const started = clock.now()
  for (;;) {
    const slice = await log.readInbox(name, partition, limits.drainBytes)
    if (slice.entries.length === 0) return { status: 'done' }
    const gathered = gather(slice.entries, limits.drainKeys)
    const keys = [...gathered.deltas.keys()]
    const before = await log.readValues(name, partition, keys)
    const merged = await mergeGathered(drain, { partition, position: slice.position, deltas: gathered.deltas, before }, attempt)
    const committed = await log.commitSum({ store: name, partition, position: slice.position, entries: gathered.entries, ...merged })
    switch (committed.status) {
      case 'stale':
        return { status: 'done' }
      case 'full':
        return noRoom(committed, limits)
      case 'committed':
        await tell(scheduler, committed.pointers)
        if (!committed.left) return { status: 'done' }
        if (clock.now() - started >= limits.turn) {
          await tell(scheduler, [{ kind: 'sum', store: name, partition, position: committed.position }])
          return { status: 'done' }
        }
    }
  }
}

/** The deltas of as many whole entries as keep below `maxKeys` keys, by key, in order. */
function gather(entries: readonly InboxEntry[], maxKeys: number) {
  const deltas = new Map<string, Json[]>()
  let taken = 0
  for (const { payload } of entries) {
    const pairs = deltaOf(payload)
    // Counts a key it already has as new: a bound that is reached a little early costs nothing.
    if (taken > 0 && deltas.size + pairs.length / 2 > maxKeys) break
    taken += 1
    for (let i = 0; i < pairs.length; i += 2) {
      const key = pairs[i] as string
      const delta = pairs[i + 1] as Json
      const list = deltas.get(key)
      if (list === undefined) deltas.set(key, [delta])
      else list.push(delta)
    }
  }
  return { deltas, entries: entries.slice(0, taken) }
}

interface Gathered {
  readonly partition: number
  readonly position: number
  readonly deltas: ReadonlyMap<string, readonly Json[]>
  readonly before: readonly (Stored | undefined)[]
}

/** Merges beside others; or, if it seems to have killed its workers, by itself, without the keys that do. */
async function mergeGathered(
  { log, gate, store, watch }: Drain,
  { partition, position, deltas, before }: Gathered,
  { deaths }: Attempt,
): Promise<Merged> {
  if (deaths < suspicious) return gate.together(async () => mergeAll(store, partition, deltas, before, { watch }))
  const keys = [...deltas]
  const name = `${store.slot.name}-${partition}-${position}`
  return trial(log, gate, {
    name: `sum:${name}`,
    what: `the merge ${name}`,
    size: keys.length,
    attempt: async (from, to) => mergeAll(store, partition, new Map(keys.slice(from, to)), before.slice(from, to), { watch }),
    whole: async (guilty) =>
      mergeAll(store, partition, deltas, before, {
        watch,
        condemned: new Set([...guilty].map((at) => (keys[at] as [string, unknown])[0])),
      }),
  })
}
