import { TanagerError } from '../error.ts'
import type { Verdict } from '../run/pass.ts'
import type { BatchResult } from '../run/result.ts'
import { commitBatches, type ReadBatch, readBatch } from './batches.ts'
import type { Stage } from './parts.ts'
import { laterOf } from './room.ts'
import type { Attempt, Outcome } from './scheduler.ts'
import { suspicious, trial } from './trial.ts'

/** Runs one batch of a stream through its stage and commits what it does: all of it, once. */
export function runStage(stage: Stage, sequence: number, attempt: Attempt): Promise<Outcome> {
  const { log, executor, crowding, limits } = stage
  const later = laterOf(limits)
  const run = async (): Promise<Outcome> => {
    const entry = await log.read(executor.stream.name, sequence)
    if (entry === undefined) return { status: 'done' }
    const batch = readBatch(sequence, entry)
    const result = await runBatch(stage, batch, attempt)
    if (result === 'elsewhere') return later
    const outcome = await commitBatches(stage, [batch], result)
    return outcome === 'already' ? { status: 'done' } : outcome
  }
  return crowding.pass(log, run, later)
}

/** Runs a batch beside others; or, if it seems to have killed its workers, by itself, without the records that do. */
function runBatch(
  { log, gate, executor }: Pick<Stage, 'log' | 'gate' | 'executor'>,
  { sequence, records }: Pick<ReadBatch, 'sequence' | 'records'>,
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
