import type { Fault } from './fault.ts'

export const flush: Fault = {
  what: 'loss of every key of BullMQ',
  strike: ({ redis, keys, alone }, _random, struck) =>
    alone(async () => {
      let lost = 0
      for await (const found of redis.scanStream({ match: `${keys}bull:*`, count: 1000 }) as AsyncIterable<readonly string[]>) {
        if (found.length > 0) lost += await redis.unlink(...found)
      }
      struck()
      return `${lost} keys`
    }),
}
