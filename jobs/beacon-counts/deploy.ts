import { bullmq } from 'tanager/bullmq'
import { postgresStore } from 'tanager/postgres'
import { rabbitmq } from 'tanager/rabbitmq'
import { bookedCampaigns } from './campaigns.ts'
import beaconCounts, { clicks } from './job.ts'

// As compose.yaml starts them.
const {
  RABBITMQ_URL = 'amqp://tanager:tanager@127.0.0.1:5672',
  DATABASE_URL = 'postgres://tanager:tanager@127.0.0.1:5432/tanager',
  REDIS_URL,
} = process.env

/** Beacons come out of RabbitMQ; clicks, which are paid for, go to PostgreSQL; the rest is kept in Redis. */
export default bullmq({ redis: REDIS_URL })
  .on(beaconCounts)
  .bind({
    beacons: rabbitmq({ url: RABBITMQ_URL, queue: 'beacons', declare: true }),
    clicks: postgresStore({
      url: DATABASE_URL,
      store: clicks,
      columns: { key: 'campaign', value: 'clicks' },
      types: { campaign: 'text', clicks: 'bigint' },
      create: true,
    }),
    campaigns: bookedCampaigns,
  })
