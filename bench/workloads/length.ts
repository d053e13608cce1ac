import { type Cost, spentBy } from '../cost.ts'
import { goals } from '../goals.ts'
import type { Feeder } from '../programs/feeder.ts'
import type { Runner } from '../programs/runner.ts'
import { number } from '../report/format.ts'
import { tell } from '../report/print.ts'
import { spreadOf } from '../statistics.ts'
import type { Setup } from '../subjects/setup.ts'
import { start } from '../subprocess.ts'
import type { RedisWorkload } from './workload.ts'

interface Size {
  /** Events of the longest run. */
  readonly longest: number
  /** Events in runs of one length at least: short runs are done more often. */
  readonly each: number
}

const setup: Setup = { subject: 'beacons', shape: { keys: 10_000 }, options: { room: {} } }
const warmUp = 2_000_000
/** A run is of the same hundred thousand beacons again and again: to make them is not what is measured. */
const repeated = 100_000
const mostRuns = 10

/**
 * Runs of ever more events, each from nothing, by one process that has compiled all there is to compile: what does an event
 * cost, does a long run cost more of it? Events come while others are counted; what Redis spends on taking them is in it.
 */
export const length: RedisWorkload<Size> = {
  name: 'length',
  asks: 'a run of a hundred thousand events or of as many as one has time for: does an event cost the same?',
  redis: true,
  sizes: { full: { longest: 10_000_000, each: 5_000_000 }, quick: { longest: 1_000_000, each: 1_000_000 } },

  run: async ({ size, events: longest = size.longest, redis, node }) => {
    const lengths = lengthsUpTo(longest)
    await using runner = start<Runner>('runner', [], node)
    await using feeder = start<Feeder>('feeder')

    async function run(count: number): Promise<Cost> {
      await redis.clear()
      await feeder.call('open', setup, redis.url)
      await runner.call('begin', setup, redis.url)
      const cost = await spentBy(redis, runner, count, () => feeder.call('repeat', count / repeated, repeated))
      await runner.call('stop')
      tell(`length: ${number(count)} events, ${number(cost.both)} µs per event`)
      return cost
    }

    await run(warmUp)
    const costs = new Map<number, Cost[]>(lengths.map((count) => [count, []]))
    for (let round = 0; round < mostRuns; round++) {
      for (const [count, runs] of costs) {
        if (round === 0 || round * count < size.each) runs.push(await run(count))
      }
    }
    await feeder.call('close')
    const medians = lengths.map((count) => spreadOf((costs.get(count) ?? []).map(({ both }) => both)).median)
    const [shortest, longestRuns] = [medians[0] as number, costs.get(lengths.at(-1) as number) ?? []]
    /** What each event costs by which a run is longer than the one before. */
    const further = (at: number) => {
      const [less, more] = [lengths[at - 1] ?? 0, lengths[at] as number]
      return ((medians[at] as number) * more - (medians[at - 1] ?? 0) * less) / (more - less)
    }
    return {
      title: `Runs of up to ${number(lengths.at(-1) as number)} events, 5,000 to a batch, one worker process that has counted ${number(warmUp)} before`,
      figures: [
        { ...goals.costByLength, runs: longestRuns.map(({ both }) => both / shortest) },
        {
          id: 'cost-by-length-flat',
          what: 'cost per event of the length at which it is dearest, to that at which it is cheapest',
          unit: 'times',
          target: { atMost: 1.1 },
          runs: [Math.max(...medians) / Math.min(...medians)],
        },
      ],
      details: {
        columns: ['events', 'runs', 'worker and Redis', 'worker', 'Redis', 'each further event', 'by the clock'],
        rows: [...costs].map(([count, runs], at) => [
          count.toLocaleString('en-US'),
          String(runs.length),
          { runs: runs.map(({ both }) => both), unit: 'µs' },
          { runs: runs.map(({ worker }) => worker), unit: 'µs' },
          { runs: runs.map(({ redis }) => redis), unit: 'µs' },
          { runs: [further(at)], unit: 'µs' },
          { runs: runs.map(({ perSecond }) => perSecond), unit: '/s' },
        ]),
      },
    }
  },
}

/** From the shortest on by tens, and last the longest. */
function lengthsUpTo(longest: number): readonly number[] {
  const lengths: number[] = []
  for (let length = repeated; length < longest; length *= 10) lengths.push(length)
  return [...lengths, Math.max(1, Math.round(longest / repeated)) * repeated]
}
