import type { Costs } from './costs.ts'

/** What is held against a floor: each is the better the greater it is, and none is a time. */
export const names = ['memory', 'worker', 'redis', 'commands'] as const
export type RatioName = (typeof names)[number]
export type Ratios = Readonly<Record<RatioName, number>>

export const meaning: Readonly<Record<RatioName, string>> = {
  memory: 'processor time of a loop by hand, to that of the memory platform',
  worker: 'processor time of a loop by hand, to that of a worker over the same beacons',
  redis: "Redis's processor time for BullMQ batches by hand, to that for a worker",
  commands: 'events for each command of Redis',
}

/**
 * Of all rounds together. What others do to the machine makes a round dear now and then, never cheap, and in turns it hits
 * all alike: over twenty measurements the totals differed less than the medians of the rounds' ratios did.
 */
export const ratiosOf = ({ processor, redis, commands }: Costs): Ratios => ({
  memory: total(processor.hand) / total(processor.memory),
  worker: total(processor.hand) / total(processor.worker),
  redis: total(redis.batch) / total(redis.worker),
  commands: commands.length / total(commands),
})

const total = (costs: readonly number[]): number => costs.reduce((sum, cost) => sum + cost, 0)
