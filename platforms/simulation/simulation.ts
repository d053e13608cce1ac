import type { Codec } from '../../core/codec/codec.ts'
import { checkBindings } from '../../core/contract/check.ts'
import { isEncoded, textsOf } from '../../core/contract/encoded.ts'
import type { Limits } from '../../core/engine/limits.ts'
import type { Job } from '../../core/job.ts'
import { planOf } from '../../core/plan/index.ts'
import type { Plan } from '../../core/plan/plan.ts'
import type { AnySlot } from '../../core/slot/slot.ts'
import { Cluster } from './cluster.ts'
import { drawnFate } from './fate.ts'
import { lineOf } from './happening.ts'
import { Random } from './random.ts'
import { Recorded, Replayed } from './schedule.ts'
import type { SimulationInputs, SimulationOptions, SimulationResult } from './types.ts'

// Everything is small, so that a few records are enough for batches that wait, drains that take turns and streams that are full.
const defaults = {
  seed: 1,
  partitions: 3,
  workers: 3,
  batchRecords: 5,
  crashes: 0.05,
  duplicates: 0.05,
  losses: 0.05,
  failures: 0.05,
  attempts: 3,
  reconcileEvery: 100,
  steps: 100_000,
  limits: { drainBytes: 100, drainKeys: 5, longDrains: 1, turn: 20, togetherLength: 60, handBack: 20 } satisfies Limits,
  room: { stream: 500, inbox: 200 },
}

export interface SimulationApp<R extends AnySlot> {
  readonly plan: Plan
  /** @throws TanagerError `timeout` if the run does not come to rest */
  readonly run: (inputs: SimulationInputs<R>) => Promise<SimulationResult<R>>
}

/**
 * Runs jobs as a cluster would, with the code that runs there, in one process and in no real time: workers that crash,
 * stand still and meet, pointers that are lost and doubled, services that fail, clients that repeat themselves. All of it
 * is drawn from a seed, so that a run that has gone wrong goes wrong again.
 *
 * ```ts
 * import { codec, job, source, store } from 'tanager'
 * import { sum } from 'tanager/algebra'
 * import { simulation } from 'tanager/testing'
 *
 * const words = source('words', { item: codec.string })
 * const counts = store('counts', { key: codec.string, sum })
 * const wordCount = job('word-count', words.map((w) => [w, 1] as const).sumByKey(counts))
 *
 * const { stores } = await simulation({ seed: 7, workers: 4, crashes: 0.2 }).on(wordCount).run({ words: ['a', 'b', 'a'] })
 * // stores.counts is Map { 'a' => 2, 'b' => 1 }
 * ```
 */
export function simulation(options: SimulationOptions = {}) {
  return {
    on: <R extends AnySlot>(job: Job<R>): SimulationApp<R> => {
      const plan = planOf(job)
      return {
        plan,
        run: (inputs) => {
          const bindings = inputs as Readonly<Record<string, unknown>>
          checkBindings(job, bindings, ['source', 'service'])
          return runOf(plan, new Map(Object.entries(bindings)), options) as Promise<SimulationResult<R>>
        },
      }
    },
  }
}

async function runOf(plan: Plan, bindings: ReadonlyMap<string, unknown>, options: SimulationOptions): Promise<unknown> {
  const settings = { ...defaults, ...options }
  const { seed, batchRecords, schedule } = settings
  const dice = new Recorded(schedule === undefined ? new Random(seed) : new Replayed(schedule))
  const cluster = new Cluster({
    plan,
    bindings,
    dice,
    fate: drawnFate(dice, settings),
    step: 1,
    options: { ...settings, limits: { ...defaults.limits, ...options.limits }, room: { ...defaults.room, ...options.room } },
  })
  // One source after the other, since all draw from one seed.
  for (const { name, from, item } of plan.streams) {
    if (from !== 'source') continue
    let batch: string[] = []
    let room = 0
    for await (const text of recordsOf(bindings.get(name), item)) {
      if (room === 0) {
        room = batchRecords - dice.below(batchRecords)
        batch = []
      }
      batch.push(text)
      room -= 1
      if (room === 0) cluster.send(name, batch)
    }
    if (room > 0) cluster.send(name, batch)
  }
  await cluster.run()
  const { history: happenings } = cluster
  return {
    ...cluster.outcome(),
    happenings,
    // Written when it is asked for: most runs go well, and nobody asks.
    get history() {
      return happenings.map(lineOf)
    },
    schedule: dice.drawn,
  }
}

async function* recordsOf(input: unknown, item: Codec<unknown>): AsyncGenerator<string, void> {
  if (isEncoded(input)) for await (const texts of textsOf(input, 100)) yield* texts
  else for await (const record of input as AsyncIterable<unknown>) yield item.encode(record)
}
