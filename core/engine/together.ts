import { commitBatches, type ReadBatch, readBatch } from './batches.ts'
import type { Stage } from './parts.ts'
import { laterOf } from './room.ts'
import type { Outcome } from './scheduler.ts'

/**
 * Runs batches of a stream in one go, as many at a time as are short enough, and commits what they come to in one step.
 *
 * @returns what became of each, by its place; `undefined` for one that has to be run by itself: it, or one beside it, could
 * not be used as it was
 */
export async function runTogether(stage: Stage, sequences: readonly number[]): Promise<readonly (Outcome | undefined)[]> {
  const { log, executor, crowding, limits } = stage
  const outcomes = new Map<number, Outcome | undefined>()
  const batches: ReadBatch[] = []
  const inOrder = [...new Set(sequences)].sort((a, b) => a - b)
  const entries = await Promise.all(inOrder.map((sequence) => log.read(executor.stream.name, sequence)))
  for (const [i, sequence] of inOrder.entries()) {
    const entry = entries[i]
    if (entry === undefined) outcomes.set(sequence, { status: 'done' })
    else batches.push(readBatch(sequence, entry))
  }
  // While the log takes what some have come to, the next are run.
  await Promise.all(
    cutByLength(batches, limits.togetherLength).map(async (some) => {
      const outcome = await crowding.pass(log, () => runSome(stage, some), laterOf(limits))
      for (const { sequence } of some) outcomes.set(sequence, outcome)
    }),
  )
  return sequences.map((sequence) => outcomes.get(sequence))
}

function cutByLength(batches: readonly ReadBatch[], most: number): readonly (readonly ReadBatch[])[] {
  const cut: ReadBatch[][] = []
  let length = Number.POSITIVE_INFINITY
  for (const batch of batches) {
    length += batch.entry.payload.length
    if (length > most) {
      cut.push([])
      length = batch.entry.payload.length
    }
    ;(cut.at(-1) as ReadBatch[]).push(batch)
  }
  return cut
}

async function runSome(stage: Stage, batches: readonly ReadBatch[]): Promise<Outcome | undefined> {
  // Not by flatMap, which goes through them one by one.
  const records = ([] as readonly string[]).concat(...batches.map((batch) => batch.records))
  try {
    const result = await stage.gate.together(() => stage.executor.run({ records, encoded: true }))
    const outcome = await commitBatches(stage, batches, result)
    return outcome === 'already' ? undefined : outcome
  } catch {
    // Whose fault it is shows when each is run by itself.
    return undefined
  }
}
