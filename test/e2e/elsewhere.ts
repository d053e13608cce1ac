import { bullmq } from 'tanager/bullmq'
import { files } from 'tanager/files'
import { postgresOutbox } from 'tanager/postgres'
import { bookedCampaigns } from '../../jobs/beacon-counts/campaigns.ts'
import beaconCounts from '../../jobs/beacon-counts/job.ts'

const { REDIS_URL, BEACONS_GLOB, DATABASE_URL = '' } = process.env

/** The beacon job, out of the logs of a web server or out of an outbox: whichever is there. */
export default bullmq({ redis: REDIS_URL, lockDuration: 1000, batch: { batchRecords: 200 } })
  .on(beaconCounts)
  .bind({
    beacons:
      BEACONS_GLOB === undefined
        ? postgresOutbox({ url: DATABASE_URL, table: 'outbox', poll: 50 })
        : files({ glob: BEACONS_GLOB, follow: true, order: 'oldest', poll: 50 }),
    campaigns: bookedCampaigns,
  })
