import { type BullmqOptions, bullmq } from 'tanager/bullmq'
import { webhook } from 'tanager/http'
import { bullmqQueue, bullmqQueueSink } from 'tanager/queues'
import { redisChannel, redisList, redisStream, redisStreamSink } from 'tanager/redis'
import { bookedCampaigns } from '../../../jobs/beacon-counts/campaigns.ts'
import beaconCounts from '../../../jobs/beacon-counts/job.ts'

/** Where things are. */
export interface Places {
  /** The Redis the job runs on. */
  readonly redis: string
  /** The Redis of others, out of which beacons come, and into which those of unknown type go. */
  readonly outside: string
  /** Where to post to. */
  readonly hook: string
}

export const placesIn = ({ REDIS_URL = '', OUTSIDE_URL = '', HOOK_URL = '' }: NodeJS.ProcessEnv): Places => ({
  redis: REDIS_URL,
  outside: OUTSIDE_URL,
  hook: HOOK_URL,
})

export const queueOut = 'unknown'
export const streamOut = (way: 'positions' | 'group') => `unknown:${way}`

/** The beacon job, once for each way in and out. Each has keys of its own. */
export function deploymentsAt({ redis, outside, hook }: Places) {
  // What dies is soon given to others, and what is away soon asked again.
  const quick: BullmqOptions = { redis, lockDuration: 2000, attempts: 100, backoff: 20, batch: { batchRecords: 50 } }
  const on = (prefix: string) => bullmq({ ...quick, prefix }).on(beaconCounts)
  const campaigns = bookedCampaigns
  const claimAfter = 500
  return {
    positions: on('positions').bind({
      beacons: redisStream({ redis: outside, key: 'positions', field: 'data' }),
      unknown: redisStreamSink({ redis: outside, key: streamOut('positions') }),
      campaigns,
    }),
    group: on('group').bind({
      beacons: redisStream({ redis: outside, key: 'group', field: 'data', group: 'counting', create: true, claimAfter }),
      unknown: redisStreamSink({ redis: outside, key: streamOut('group') }),
      campaigns,
    }),
    list: on('list').bind({ beacons: redisList({ redis: outside, key: 'list', claimAfter }), campaigns }),
    queue: on('queue').bind({
      beacons: bullmqQueue({ redis: outside, queue: 'beacons', lockDuration: 1000, record: ({ data }) => String(data) }),
      unknown: bullmqQueueSink({ redis: outside, queue: queueOut, name: 'beacon' }),
      campaigns,
    }),
    channel: on('channel').bind({ beacons: redisChannel({ redis: outside, channel: 'beacons' }), campaigns }),
    /** Requests with a key. */
    keyed: on('keyed').bind({ unknown: webhook({ url: hook }), campaigns }),
    /** Requests without. */
    plain: on('plain').bind({ campaigns }),
  }
}
