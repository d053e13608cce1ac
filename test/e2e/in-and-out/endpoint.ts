import { ingest } from 'tanager/http'
import { beacons } from '../../../jobs/beacon-counts/job.ts'
import { deploymentsAt, placesIn } from './deployments.ts'

// A process that takes beacons over HTTP, until it is killed.
const { keyed, plain } = deploymentsAt(placesIn(process.env))
const servers = await Promise.all(
  [keyed, plain].map(async (app) => {
    const { serve } = await ingest(app.client(), { sources: [beacons], open: true, sendTimeout: 500 })
    return await serve({ port: 0 })
  }),
)
console.error(`serving ${servers.map(({ url }) => url).join(' ')}`)
