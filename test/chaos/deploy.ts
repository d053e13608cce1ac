import { setTimeout as sleep } from 'node:timers/promises'
import { option } from 'tanager'
import { bullmq } from 'tanager/bullmq'
import { nameOf } from './events.ts'
import { chaosJob } from './job.ts'
import { outletSink } from './outlet.ts'

export const partitions = 4

interface Place {
  readonly redis: string
  readonly prefix: string
  /** The folder that is the outlet; for workers. */
  readonly outlet?: string
}

/** All options but these are what anybody gets who gives none. */
export const chaosApp = ({ redis, prefix, outlet = '' }: Place) =>
  bullmq({ redis, prefix, partitions })
    .on(chaosJob)
    .bind({
      names: {
        multiGet: async (keys) => {
          if (Math.random() < 0.03) await sleep(100 + Math.random() * 400)
          if (Math.random() < 0.03) throw new Error('the service is away')
          return keys.map((key) => option.fromNullable(nameOf(key)))
        },
      },
      outlet: outletSink(outlet),
    })

const { REDIS_URL: redis = 'redis://127.0.0.1:6379', CHAOS_PREFIX: prefix = 'chaos', CHAOS_OUTLET: outlet = '' } = process.env

export default chaosApp({ redis, prefix, outlet })
