import { bookedCampaigns } from '../../../../jobs/beacon-counts/campaigns.ts'
import beaconCounts from '../../../../jobs/beacon-counts/job.ts'
import { traffic } from '../../../../jobs/beacon-counts/traffic.ts'
import type { Right } from '../harmless.ts'

export default {
  right: 'branches of one stream, a service and what cannot be counted',
  job: beaconCounts,
  inputs: {
    beacons: [...traffic({ beacons: 60, seed: 3 }), '/favicon.ico', '/b?beaconType=click&campaign=%zz'],
    campaigns: bookedCampaigns,
  },
} satisfies Right
