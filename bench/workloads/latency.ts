import type { MeasuredRedis } from '../redis.ts'
import { number, type Report, spread, tell } from '../report.ts'
import type { Sender } from '../sender.ts'
import { percentile, spreadOf } from '../statistics.ts'
import { start } from '../subprocess.ts'
import type { Worker } from '../worker.ts'

export interface LatencyOptions {
  readonly rounds: number
  readonly events: number
}

/** Milliseconds between one event's arrival in the store and the next event: the system is idle when it comes. */
const pause = 2
const warmUp = 200

/** One event at a time, from the call of `send` until a reader sees it in the store. */
export async function latency(redis: MeasuredRedis, { rounds, events }: LatencyOptions): Promise<Report> {
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
  const at = (part: number) => spreadOf(all.map((times) => percentile(times, part)))
  return {
    title: `One event at a time on an idle system, ${number(events)} of them, from send to visible in the store; ${rounds} rounds`,
    goals: [
      { what: 'send to visible, p50', measured: at(0.5), target: { atMost: 5 }, unit: 'ms' },
      { what: 'send to visible, p99', measured: at(0.99), target: { atMost: 25 }, unit: 'ms' },
    ],
    details: [['p10', 'p50', 'p90', 'p99', 'longest'], [0.1, 0.5, 0.9, 0.99, 1].map((part) => `${spread(at(part))} ms`)],
  }
}
