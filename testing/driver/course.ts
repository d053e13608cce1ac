import type { Cluster, Dice, Fate, Faults } from '../../platforms/simulation/index.ts'
import { drawnFate, Random, Replayed } from '../../platforms/simulation/index.ts'

/** How a run is taken from one step of a test to the next. */
export interface Course {
  readonly dice: Dice
  readonly fate: Fate
  /** How long a step of the cluster takes, in milliseconds. */
  readonly stepTime: number
  /** Records as the batches they are sent in. */
  readonly cut: (records: readonly string[]) => readonly (readonly string[])[]
  /** Lets happen what happens by itself after something was given, or changed. */
  readonly goOn: (cluster: Cluster) => Promise<void>
  /** Whether what was asked for before a restart may happen after it. Who dies of it comes back at once, as if it had been before. */
  readonly late: boolean
  /** Lets happen what there is to happen before somebody looks. */
  readonly rest: (cluster: Cluster) => Promise<void>
}

/** Nothing is left to chance: whatever is due happens in the order it was asked for, at once, and nothing goes wrong. */
export function plainCourse(batchRecords: number, stalledAfter: number): Course {
  return {
    dice: new Replayed([]),
    fate: {
      dies: () => false,
      afterDeath: () => undefined,
      standsStill: () => undefined,
      replaces: () => false,
      fails: () => false,
      loses: () => false,
      doubles: () => false,
      findsOut: () => stalledAfter,
    },
    stepTime: 0,
    cut: (records) => pieces(records, () => batchRecords),
    goOn: (cluster) => cluster.runUntil(cluster.now),
    late: false,
    rest: async () => {},
  }
}

/** How many steps of the cluster at most pass between two of a test. */
const mostBetween = 30

/**
 * Everything is drawn: batches, the order of steps, what goes wrong, and how far the cluster comes from one step of a test
 * to the next. So all that can be told is where it comes to rest.
 */
export function drawnCourse(seed: number, batchRecords: number, faults: Faults): Course {
  const dice = new Random(seed)
  return {
    dice,
    fate: drawnFate(dice, faults),
    stepTime: 1,
    cut: (records) => pieces(records, () => 1 + dice.below(batchRecords)),
    goOn: (cluster) => cluster.runSteps(dice.below(mostBetween)),
    late: true,
    rest: (cluster) => cluster.run(),
  }
}

function pieces(records: readonly string[], size: () => number): readonly (readonly string[])[] {
  const cut: (readonly string[])[] = []
  for (let from = 0; from < records.length; ) {
    const to = Math.min(records.length, from + size())
    cut.push(records.slice(from, to))
    from = to
  }
  return cut
}
