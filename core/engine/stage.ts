import type { Executor } from '../run/executor.ts'
import { partitionDelta } from './delta.ts'
import { frame, unframe } from './frame.ts'
import type { EngineParts } from './parts.ts'
import { type Attempt, type Outcome, tell } from './scheduler.ts'

/** Runs one batch of a stream through its stage and commits what it does: all of it, once. */
export async function runStage(
  { log, scheduler, limits, partitions }: EngineParts,
  executor: Executor,
  sequence: number,
  attempt: Attempt,
): Promise<Outcome> {
  const { name: stream } = executor.stream
  const entry = await log.read(stream, sequence)
  if (entry === undefined) return { status: 'done' }
  const result = await executor.run({ records: unframe(entry.payload), encoded: true }, { lastAttempt: attempt.last })
  const committed = await log.commitStage({
    stream,
    sequence,
    entry,
    ...(result.eventTime === undefined ? {} : { eventTime: result.eventTime }),
    deltas: result.sums.flatMap((delta) => partitionDelta(delta, partitions(delta.store))),
    writes: result.writes
      .filter(({ encoded }) => encoded.length > 0)
      .map(({ sink, encoded }) => ({ sink, payload: frame(encoded), records: encoded.length })),
    deadLetters: result.deadLetters,
  })
  if (committed.status === 'full') return { status: 'later', milliseconds: limits.handBack }
  if (committed.status === 'committed') await tell(scheduler, committed.pointers)
  return { status: 'done' }
}
