import { describe, it } from 'vitest'
import { keysOf } from '../../../platforms/bullmq/keys.ts'
import { redisLog } from '../../../platforms/bullmq/redis-log.ts'
import { logLaws } from '../../../testing/laws/log/laws.ts'
import { keySpace } from '../../redis/redis.ts'

const suite = logLaws({
  name: 'the log in Redis',
  open: async (parts) => {
    const space = await keySpace()
    return { log: redisLog({ ...parts, redis: space.client, keys: keysOf(space.prefix, 'laws') }), close: space.close }
  },
})

describe('the log in Redis', () => {
  for (const { name, check } of suite) it(name, check)
})
