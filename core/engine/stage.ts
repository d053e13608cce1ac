import { TanagerError } from '../error.ts'
import type { Executor } from '../run/executor.ts'
import type { Verdict } from '../run/pass.ts'
import type { BatchResult } from '../run/result.ts'
import { partitionDelta } from './delta.ts'
import { frame, refusedIn, unframe } from './frame.ts'
import type { EngineParts } from './parts.ts'
import { laterOf, noRoom } from './room.ts'
import { type Attempt, type Outcome, tell } from './scheduler.ts'
import { suspicious, trial } from './trial.ts'

/** Runs one batch of a stream through its stage and commits what it does: all of it, once. */
export async function runStage(
  { log, gate, scheduler, limits, partitions }: EngineParts,
  executor: Executor,
  sequence: number,
  attempt: Attempt,
): Promise<Outcome> {
  const { name: stream } = executor.stream
  const entry = await log.read(stream, sequence)
  if (entry === undefined) return { status: 'done' }
  const records = unframe(entry.payload)
  const result = await runBatch({ log, gate }, executor, { sequence, records }, attempt)
  if (result === 'elsewhere') return laterOf(limits)
  // What a reader could make no record of stands after the records, under the name of the source: it got no further.
  const refused = refusedIn(entry.payload).map((each, i) => ({ ...each, node: stream, index: records.length + i }))
  const committed = await log.commitStage({
    stream,
    sequence,
    entry,
    ...(result.eventTime === undefined ? {} : { eventTime: result.eventTime }),
    deltas: result.sums.flatMap((delta) => partitionDelta(delta, partitions(delta.store))),
    writes: result.writes
      .filter(({ encoded }) => encoded.length > 0)
      .map(({ sink, encoded }) => ({ sink, payload: frame(encoded), records: encoded.length })),
    deadLetters: [...result.deadLetters, ...refused],
  })
  if (committed.status === 'full') return noRoom(committed, limits)
  if (committed.status === 'committed') await tell(scheduler, committed.pointers)
  return { status: 'done' }
}

interface StageBatch {
  readonly sequence: number
  readonly records: readonly string[]
}

/** Runs a batch beside others; or, if it seems to have killed its workers, by itself, without the records that do. */
function runBatch(
  { log, gate }: Pick<EngineParts, 'log' | 'gate'>,
  executor: Executor,
  { sequence, records }: StageBatch,
  { last, deaths }: Attempt,
): Promise<BatchResult | 'elsewhere'> {
  if (deaths < suspicious) return gate.together(() => executor.run({ records, encoded: true }, { lastAttempt: last, closely: deaths > 0 }))
  const { name: stream } = executor.stream
  return trial(log, gate, {
    name: `stage:${stream}-${sequence}`,
    what: `the batch ${stream}-${sequence}`,
    size: records.length,
    attempt: (from, to) => executor.run({ records: records.slice(from, to), encoded: true }, { closely: true }),
    whole: (guilty) => {
      const condemned = new Map([...guilty].map((index) => [index, fatal]))
      return executor.run({ records, encoded: true }, { lastAttempt: last, closely: true, condemned })
    },
  })
}

const fatal: Verdict = { error: new TanagerError('fatal', 'its worker died each time it came to this record') }
