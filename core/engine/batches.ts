import type { BatchResult, DeadRecord } from '../run/result.ts'
import { partitionDelta } from './delta.ts'
import { frame, refusedIn, unframe } from './frame.ts'
import type { BatchCommit, Entry } from './log.ts'
import type { Stage } from './parts.ts'
import { noRoom } from './room.ts'
import { type Outcome, tell } from './scheduler.ts'

/** A batch of a stream, as it was read. */
export interface ReadBatch {
  readonly sequence: number
  readonly entry: Entry
  readonly records: readonly string[]
}

export const readBatch = (sequence: number, entry: Entry): ReadBatch => ({ sequence, entry, records: unframe(entry.payload) })

/**
 * Commits what batches of a stream have come to together: all of it, once.
 *
 * @param batches in the order of their numbers
 * @param result of all their records, one batch after the other
 * @returns `already` if one of them was committed before: then nothing was done
 */
export async function commitBatches(
  { log, scheduler, limits, partitions, executor, crowding }: Stage,
  batches: readonly ReadBatch[],
  result: BatchResult,
): Promise<Outcome | 'already'> {
  const { name: stream } = executor.stream
  const [first, ...beside] = withDeadLetters(stream, batches, result.deadLetters)
  const committed = await log.commitStage({
    stream,
    ...(first as BatchCommit),
    ...(beside.length === 0 ? {} : { beside }),
    ...(result.eventTime === undefined ? {} : { eventTime: result.eventTime }),
    deltas: result.sums.flatMap((delta) => partitionDelta(delta, partitions(delta.store))),
    writes: result.writes
      .filter(({ encoded }) => encoded.length > 0)
      .map(({ sink, encoded }) => ({ sink, payload: frame(encoded), records: encoded.length })),
  })
  crowding.saw(committed)
  if (committed.status === 'already') return 'already'
  if (committed.status === 'full') return noRoom(committed, limits)
  await tell(scheduler, committed.pointers)
  return { status: 'done' }
}

/** Each batch with its own dead letters, which are in the order of the records. */
function withDeadLetters(stream: string, batches: readonly ReadBatch[], dead: readonly DeadRecord[]): readonly BatchCommit[] {
  let from = 0
  let next = 0
  return batches.map(({ sequence, entry, records }) => {
    const deadLetters: DeadRecord[] = []
    for (; next < dead.length && (dead[next] as DeadRecord).index < from + records.length; next++) {
      const each = dead[next] as DeadRecord
      deadLetters.push({ ...each, index: each.index - from })
    }
    from += records.length
    // What a reader could make no record of stands after the records, under the name of the source: it got no further.
    for (const [i, each] of refusedIn(entry.payload).entries()) {
      deadLetters.push({ ...each, node: stream, index: records.length + i })
    }
    return { sequence, entry, deadLetters }
  })
}
