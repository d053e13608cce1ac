import type { MeasuredRedis } from '../redis.ts'
import { number, type Report, tell } from '../report.ts'
import type { Sender } from '../sender.ts'
import { spreadOf } from '../statistics.ts'
import { start } from '../subprocess.ts'
import type { Worker } from '../worker.ts'

export interface ResidentOptions {
  readonly events: number
  readonly batchSize: number
}

const parts = 10

/** Ever more events through one worker: does it grow? */
export async function resident(redis: MeasuredRedis, { events, batchSize }: ResidentOptions): Promise<Report> {
  await redis.clear()
  await using worker = start<Worker>('worker')
  await using sender = start<Sender>('sender')
  const atRest = await worker.call('memory')
  await worker.call('begin', redis.url)
  const most: number[] = []
  for (let part = 1; part <= parts; part++) {
    await sender.call('flow', redis.url, events / parts, (events / parts) * part, batchSize)
    most.push(await worker.call('memory'))
    tell(`memory of a worker, ${number((events / parts) * part)} events`)
  }
  await worker.call('stop')
  const highest = Math.max(...most)
  return {
    title: `The most memory of a worker while it counts ${number(events)} events, tenth by tenth, in MB`,
    goals: [{ what: "a worker's resident memory, at most", measured: spreadOf([highest]), target: { atMost: 250 }, unit: 'MB' }],
    details: [
      ['at rest', ...most.map((_, i) => number((events / parts) * (i + 1)))],
      [atRest, ...most].map((megabytes) => megabytes.toFixed(0)),
    ],
  }
}
