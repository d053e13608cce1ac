import { keysOf } from '../../../platforms/bullmq/keys.ts'
import { redisLog } from '../../../platforms/bullmq/redis-log.ts'
import { logLaws } from '../../laws/log-laws.ts'
import { keySpace } from '../../redis/redis.ts'

logLaws('the log in Redis', async (parts) => {
  const space = await keySpace()
  return { log: redisLog({ ...parts, redis: space.client, keys: keysOf(space.prefix, 'laws') }), close: space.close }
})
