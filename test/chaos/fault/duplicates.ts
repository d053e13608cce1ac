import { Queue } from 'bullmq'
import type { Redis } from 'ioredis'
import type { Pointer } from '../../../core/engine/log.ts'
import { queueNames } from '../../../platforms/bullmq/queues.ts'
import type { Random } from '../../../platforms/simulation/random.ts'
import { sources } from '../events.ts'
import type { Fault } from './fault.ts'

export const duplicates: Fault = {
  what: 'jobs that come twice, late, early and out of order',
  strike: async ({ redis, keys, alone }, random, struck) =>
    alone(async () => {
      const counts: Record<string, number> = {}
      for (const kind of ['stage', 'sum', 'sink'] as const) {
        const pointers = await Promise.all(Array.from({ length: 20 }, () => pointerOf(kind, redis, keys, random)))
        const queue = new Queue(queueNames[kind], { connection: redis, prefix: `${keys}bull`, skipMetasUpdate: true })
        queue.on('error', () => {})
        // Under ids of their own, so that BullMQ has no reason to take them for the jobs they double.
        await queue.addBulk(
          pointers.map((data) => ({
            name: kind,
            data,
            opts: { attempts: 10, removeOnComplete: true, ...(random.chance(0.5) ? { priority: 1 + random.below(10) } : {}) },
          })),
        )
        await queue.close()
        counts[kind] = pointers.length
      }
      struck()
      return Object.entries(counts)
        .map(([kind, n]) => `${n} of a ${kind}`)
        .join(', ')
    }),
}

/** Something long done, something in hand, or something that is not there yet. */
async function pointerOf(kind: Pointer['kind'], redis: Redis, keys: string, random: Random): Promise<Pointer> {
  const numbered = async (name: string) => {
    const [head, watermark] = (await redis.hmget(`${keys}log:${name}:meta`, 'head', 'watermark')).map(Number) as [number, number]
    return random.chance(0.4) ? 1 + random.below(Math.max(1, watermark)) : 1 + watermark + random.below(head - watermark + 3)
  }
  switch (kind) {
    case 'stage': {
      const stream = random.pick([...sources, 'totals', 'groups', 'lines'])
      return { kind, stream, sequence: await numbered(stream) }
    }
    case 'sum': {
      const store = random.pick(['each', 'totals', 'groups', 'grand', 'lines', 'copies', 'named'])
      const partition = random.below(4)
      const position = Number(await redis.hget(`${keys}store:${store}:${partition}:pos`, 'position'))
      return { kind, store, partition, position: Math.max(0, position - 2 + random.below(5)) }
    }
    case 'sink':
      return { kind, sink: 'outlet', sequence: await numbered('outlet') }
  }
}
