import { bullmq } from 'tanager/bullmq'
import { bookedCampaigns } from './campaigns.ts'
import beaconCounts from './job.ts'

export default bullmq().on(beaconCounts).bind({ campaigns: bookedCampaigns })
