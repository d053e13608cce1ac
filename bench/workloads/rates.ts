import { now } from '../clock.ts'
import { goals } from '../goals.ts'
import { inTurns } from '../in-turns.ts'
import type { Latency, Observer } from '../programs/observer.ts'
import type { Pacer } from '../programs/pacer.ts'
import type { Worker } from '../programs/worker.ts'
import { number } from '../report/format.ts'
import { tell } from '../report/print.ts'
import { start } from '../subprocess.ts'
import type { RedisWorkload } from './workload.ts'

interface Size {
  readonly rounds: number
  /** How long each rate is kept up, in seconds; as much again comes before, and does not count. */
  readonly seconds: number
}

const eventsPerSecond = [100, 1_000, 5_000]
/** Few, so that one look sees all of them; more than there are partitions, so that all of those are in use. */
const keys = 16
/** Time for the processes to connect, in milliseconds. */
const lead = 500
/** Each rate is kept up before it counts, but no longer than this, in seconds. */
const longestWarmUp = 3

interface Run extends Latency {
  /** How late the sender was at most, in milliseconds. */
  readonly late: number
}

/**
 * Single events at a fixed rate, each sent when it is due, from when it was due until a reader sees it in the store. Who
 * waits for one event before sending the next measures one slow answer where thousands would have waited; here all do.
 */
export const rates: RedisWorkload<Size> = {
  name: 'rates',
  asks: 'single events at fixed rates, whatever becomes of those before: how long from when each is due until a reader sees it?',
  redis: true,
  sizes: { full: { rounds: 3, seconds: 30 }, quick: { rounds: 1, seconds: 5 } },

  run: async ({ size: { rounds, seconds }, redis, node }) => {
    await redis.clear()
    await using worker = start<Worker>('worker', [], node)
    await using pacer = start<Pacer>('pacer')
    await using observer = start<Observer>('observer')
    await worker.call('begin', redis.url)

    async function run(perSecond: number, name: string): Promise<Run> {
      const warmUp = perSecond * Math.min(seconds, longestWarmUp)
      const schedule = { name, perSecond, events: warmUp + perSecond * seconds, warmUp, keys, begin: now() + lead }
      const [late, latency] = await Promise.all([pacer.call('pace', redis.url, schedule), observer.call('observe', redis.url, schedule)])
      tell(`rates: ${number(perSecond)} events/s, p50 ${number(latency.p50)} ms, p99 ${number(latency.p99)} ms`)
      return { ...latency, late }
    }

    await run(2_000, 'first')
    const runs = await inTurns({ names: eventsPerSecond.map(String), rounds }, (rate, round) => run(Number(rate), `${rate}-${round}`))
    await worker.call('stop')
    const at = (perSecond: number, what: keyof Run) => (runs[perSecond] ?? []).map((each) => each[what])
    const columns = { p50: 'p50', p99: 'p99', p999: 'p99.9', most: 'longest', late: 'sender late, at most', look: 'looked every' } as const
    return {
      title: `Single events at fixed rates for ${number(seconds)} s each, from when an event was due until it was seen in the store; ${rounds} rounds, in turns`,
      figures: [
        { ...goals.latencyMedian, runs: at(1_000, 'p50') },
        { ...goals.latencyTail, runs: at(1_000, 'p99') },
      ],
      details: {
        columns: ['events a second', ...Object.values(columns)],
        rows: eventsPerSecond.map((rate) => [
          rate.toLocaleString('en-US'),
          ...(Object.keys(columns) as (keyof typeof columns)[]).map((what) => ({ runs: at(rate, what), unit: 'ms' })),
        ]),
      },
    }
  },
}
