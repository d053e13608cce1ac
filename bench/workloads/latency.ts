import type { Sender } from '../programs/sender.ts'
import type { Worker } from '../programs/worker.ts'
import { number } from '../report/format.ts'
import { tell } from '../report/print.ts'
import { percentile } from '../statistics.ts'
import { start } from '../subprocess.ts'
import type { RedisWorkload } from './workload.ts'

interface Size {
  readonly rounds: number
  readonly events: number
}

/** Milliseconds between one event's arrival in the store and the next event: the system is idle when it comes. */
const pause = 2
const warmUp = 200

/** One event at a time, from the call of `send` until a reader sees it in the store. */
export const latency: RedisWorkload<Size> = {
  name: 'latency',
  asks: 'one event on an idle system: how long from `send` until a reader sees it in the store?',
  redis: true,
  sizes: { full: { rounds: 3, events: 1_000 }, quick: { rounds: 2, events: 200 } },

  run: async ({ size: { rounds, events }, redis }) => {
    const all: (readonly number[])[] = []
    for (let round = 1; round <= rounds; round++) {
      await redis.clear()
      await using worker = start<Worker>('worker')
      await using sender = start<Sender>('sender')
      await worker.call('begin', redis.url)
      const times = await sender.call('oneByOne', redis.url, warmUp + events, pause)
      await worker.call('stop')
      all.push(times.slice(warmUp))
      tell(`latency, round ${round} of ${rounds}`)
    }
    const at = (part: number) => ({ runs: all.map((times) => percentile(times, part)), unit: 'ms' })
    return {
      title: `One event at a time on an idle system, ${number(events)} of them, from send to visible in the store; ${rounds} rounds`,
      figures: [
        { id: 'idle-latency-p50', what: 'send to visible on an idle system, p50', ...at(0.5), target: { atMost: 5 } },
        { id: 'idle-latency-p99', what: 'send to visible on an idle system, p99', ...at(0.99), target: { atMost: 20 } },
      ],
      details: { columns: ['p10', 'p50', 'p90', 'p99', 'longest'], rows: [[0.1, 0.5, 0.9, 0.99, 1].map(at)] },
    }
  },
}
