import type { Fault } from './fault.ts'

export const memory: Fault = {
  what: 'a Redis that is full for a while (maxmemory)',
  strike: ({ redis, alone, sleep }, random, struck) =>
    alone(async () => {
      const used = Number(/^used_memory:(\d+)/m.exec(await redis.info('memory'))?.[1])
      const seconds = 1 + 2 * random.next()
      await redis.config('SET', 'maxmemory', Math.floor(used * 0.9))
      await sleep(seconds * 1000)
      await redis.config('SET', 'maxmemory', 0)
      struck()
      return `for ${seconds.toFixed(1)} s`
    }),
}
