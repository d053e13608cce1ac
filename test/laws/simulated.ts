import type { Job } from '../../core/job.ts'
import { type SimulationOptions, type SimulationResult, simulation } from '../../platforms/simulation/index.ts'
import type { Inputs } from '../../testing/platform/platform.ts'
import { drawFrom } from './draw.ts'

/** How one simulated run is set up, all of it drawn from the seed. */
export function settingsOf(seed: number): SimulationOptions {
  const random = drawFrom(seed)
  const rarely = [0, 0, 0.02, 0.1, 0.2]
  return {
    seed,
    partitions: 1 + random.below(4),
    workers: 1 + random.below(4),
    batchRecords: random.pick([1, 2, 5, 20]),
    crashes: random.pick(rarely),
    duplicates: random.pick(rarely),
    losses: random.pick(rarely),
    failures: random.pick([0, 0.05, 0.3, 0.5]),
    attempts: 3,
    reconcileEvery: random.pick([30, 100, 1000]),
    steps: 100_000,
    limits: {
      drainBytes: random.pick([1, 50, 1000]),
      drainKeys: random.pick([1, 5, 1000]),
      turn: random.pick([1, 20, 1000]),
      handBack: 30,
    },
    room: { stream: random.pick([1, 200, 100_000]), inbox: random.pick([40, 100_000, 100_000]) },
  }
}

/** A run under whatever the seed brings. Some sinks are bound, so that batches are delivered to them, which fails now and then. */
export async function simulated(
  job: Job,
  inputs: Inputs,
  seed: number,
): Promise<SimulationResult<never> & { readonly settings: SimulationOptions }> {
  const settings = settingsOf(seed)
  const random = drawFrom(seed + 1)
  const sinks = [...job.slots.values()].filter(({ kind }) => kind === 'sink' && random.chance(0.5))
  const bound = Object.fromEntries(sinks.map(({ name }) => [name, { write: async () => {} }]))
  const result = await simulation(settings)
    .on(job)
    .run({ ...inputs, ...bound } as never)
  return { ...(result as SimulationResult<never>), settings }
}
