import type { Json } from '../codec/codec.ts'
import { deltaOf } from './delta.ts'
import type { InboxEntry, InboxSlice, SumCommitted } from './log.ts'
import { type Held, type Merged, mergeAll } from './merge.ts'
import type { Drain } from './parts.ts'
import { laterOf, noRoom } from './room.ts'
import { type Attempt, type Outcome, tell } from './scheduler.ts'
import { type Totals, totalsInLog, totalsOutside } from './totals.ts'
import { suspicious, trial } from './trial.ts'

/**
 * Merges a partition's inbox into its values until it is empty or the turn is over. One step reads what dozens of batches
 * left there, and reads and writes each of their keys once: under load, this is where the speed comes from.
 *
 * @param position where the partition was when somebody told of it
 */
export function runDrain(drain: Drain, partition: number, position: number, attempt: Attempt): Promise<Outcome> {
  const outside = drain.stores(drain.store.slot.name)
  return drain.turns.take(() =>
    outside === undefined
      ? drainInto(totalsInLog(drain, partition), drain, { partition, position }, attempt)
      : drainInto(totalsOutside(drain, partition, outside), drain, { partition, position }, attempt),
  )
}

async function drainInto<T>(totals: Totals<T>, drain: Drain, { partition, position }: Place, attempt: Attempt): Promise<Outcome> {
  const { log, scheduler, clock, limits, store } = drain
  const name = store.slot.name
  const started = clock.now()
  for (;;) {
    const slice = await log.readInbox(name, partition, limits.drainBytes)
    if (slice.entries.length === 0) return { status: 'done' }
    drain.turns.saw(slice.entries.reduce((sum, { payload }) => sum + payload.length, 0))
    const committed = (await totals.caughtUp(slice.position)) ?? (await mergeSome(drain, totals, { partition, slice }, attempt))
    if (committed === 'elsewhere') return laterOf(limits)
    switch (committed.status) {
      case 'stale':
        return { status: 'done' }
      case 'full':
        // Of all that were ever told of, one is to wait for room: else what waits for a long time comes back in ever greater
        // numbers, and keeps those from their turn who would make room.
        if (slice.position === position || committed.where === 'log') return noRoom(committed, limits)
        await tell(scheduler, [{ kind: 'sum', store: name, partition, position: slice.position }])
        return { status: 'done' }
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

interface Place {
  readonly partition: number
  readonly position: number
}

interface Step {
  readonly partition: number
  readonly slice: InboxSlice
}

async function mergeSome<T>(
  drain: Drain,
  totals: Totals<T>,
  { partition, slice }: Step,
  attempt: Attempt,
): Promise<SumCommitted | 'elsewhere'> {
  const { deltas, entries } = gather(slice.entries, drain.limits.drainKeys)
  const held = await totals.read([...deltas.keys()], slice.position)
  if (held === undefined) return { status: 'stale' }
  const merged = await mergeGathered(drain, held, { partition, position: slice.position, deltas }, attempt)
  if (merged === 'elsewhere') return merged
  return totals.commit({ position: slice.position, entries, ...merged })
}

/** The deltas of as many whole entries as keep below `maxKeys` keys, by key, in order. */
function gather(entries: readonly InboxEntry[], maxKeys: number) {
  const deltas = new Map<string, Json[]>()
  let taken = 0
  for (const { payload } of entries) {
    const { keys, values } = deltaOf(payload)
    // Counts a key it already has as new: a bound that is reached a little early costs nothing.
    if (taken > 0 && deltas.size + keys.length > maxKeys) break
    taken += 1
    for (let i = 0; i < keys.length; i++) {
      const key = keys[i] as string
      const delta = values[i] as Json
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
}

/** Merges beside others; or, if it seems to have killed its workers, by itself, without the keys that do. */
async function mergeGathered<T>(
  { log, gate, store, watch }: Drain,
  held: Held<T>,
  { partition, position, deltas }: Gathered,
  { deaths }: Attempt,
): Promise<Merged<T> | 'elsewhere'> {
  if (deaths < suspicious) return gate.together(async () => mergeAll(store, held, deltas, { watch, closely: deaths > 0 }))
  const all = [...deltas]
  const name = `${store.slot.name}-${partition}-${position}`
  return trial(log, gate, {
    name: `sum:${name}`,
    what: `the merge ${name}`,
    size: all.length,
    attempt: async (from, to) => {
      const part = { ...held, before: (key: string, at: number) => held.before(key, from + at) }
      mergeAll(store, part, new Map(all.slice(from, to)), { watch, closely: true })
    },
    whole: async (guilty) => {
      const condemned = new Set(all.filter((_, at) => guilty.has(at)).map(([key]) => key))
      return mergeAll(store, held, deltas, { watch, closely: true, condemned })
    },
  })
}
