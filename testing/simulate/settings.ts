import type { SimulationOptions } from '../../platforms/simulation/index.ts'
import { Random } from '../../platforms/simulation/random.ts'
import type { SimulateOptions } from './options.ts'

/** How much there is to send. */
export interface Size {
  readonly records: number
  /** In characters. */
  readonly length: number
}

/** Beyond this many batches a run shows little that fewer do not, and takes long. */
const mostBatches = 40

/** How one run is set up, all of it drawn from its seed but for what is given. */
export function settingsOf(
  seed: number,
  { records, length }: Size,
  { partitions, workers, crashes }: Pick<SimulateOptions, 'partitions' | 'workers' | 'crashes'>,
): SimulationOptions {
  const random = new Random(seed)
  const rarely = [0, 0, 0.02, 0.1, 0.2]
  const atLeast = Math.ceil((2 * records) / mostBatches)
  const drawn = {
    partitions: 1 + random.below(4),
    workers: 1 + random.below(4),
    crashes: random.pick(rarely),
  }
  return {
    seed,
    partitions: partitions ?? drawn.partitions,
    workers: workers ?? drawn.workers,
    crashes: crashes === false ? 0 : (crashes ?? drawn.crashes),
    batchRecords: Math.max(1, atLeast, random.pick([2, 5, Math.ceil(records / 10), Math.ceil(records / 3)])),
    duplicates: random.pick(rarely),
    losses: random.pick(rarely),
    failures: random.pick(rarely),
    attempts: 3,
    reconcileEvery: random.pick([30, 100, 1000]),
    steps: 200_000,
    limits: {
      drainBytes: random.pick([1 + Math.ceil(length / 20), 1 + length, 1 << 20]),
      drainKeys: random.pick([5 + Math.ceil(records / 20), 10_000]),
      turn: random.pick([1, 20, 1000]),
      handBack: 30,
    },
    room: {
      stream: random.pick([1 + Math.ceil(length / 4), plenty, plenty]),
      inbox: random.pick([100 + Math.ceil(length / 2), plenty, plenty]),
    },
  }
}

const plenty = 1 << 30

/** The plainest run there is: one of everything, and nothing goes wrong. */
export const plain = {
  partitions: 1,
  workers: 1,
  batchRecords: 1 << 20,
  crashes: 0,
  duplicates: 0,
  losses: 0,
  failures: 0,
  attempts: 3,
  reconcileEvery: 100,
  steps: 200_000,
  limits: { drainBytes: 1 << 20, drainKeys: 10_000, turn: 1000, handBack: 30 },
  room: { stream: plenty, inbox: plenty },
} satisfies SimulationOptions
