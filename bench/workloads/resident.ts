import { goals } from '../goals.ts'
import type { Sender } from '../programs/sender.ts'
import type { Worker } from '../programs/worker.ts'
import { number } from '../report/format.ts'
import { tell } from '../report/print.ts'
import { start } from '../subprocess.ts'
import type { RedisWorkload } from './workload.ts'

interface Size {
  readonly events: number
  readonly batchSize: number
}

const parts = 10

/** Ever more events through one worker: does it grow? */
export const resident: RedisWorkload<Size> = {
  name: 'resident',
  asks: 'does a worker grow with the number of events?',
  redis: true,
  sizes: { full: { events: 10_000_000, batchSize: 5_000 }, quick: { events: 2_000_000, batchSize: 5_000 } },

  run: async ({ size: { events, batchSize }, redis }) => {
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
    return {
      title: `The most memory of a worker while it counts ${number(events)} events, tenth by tenth`,
      figures: [{ ...goals.resident, runs: [Math.max(...most)] }],
      details: {
        columns: ['at rest', ...most.map((_, i) => number((events / parts) * (i + 1)))],
        rows: [[atRest, ...most].map((megabytes) => ({ runs: [megabytes], unit: 'MB' }))],
      },
    }
  },
}
