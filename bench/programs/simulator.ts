// A subprocess: simulates the beacon job, again and again.
import { simulate } from 'tanager/testing'
import { bookedCampaigns } from '../../jobs/beacon-counts/campaigns.ts'
import beaconCounts from '../../jobs/beacon-counts/job.ts'
import { traffic } from '../../jobs/beacon-counts/traffic.ts'
import { serve } from '../subprocess.ts'

const steps = {
  /** @returns how many seconds it took, by the clock and of this process's processor time */
  pass: async (runs: number, count: number, seed: number) => {
    const beacons = [...traffic({ beacons: count, seed })]
    const before = process.cpuUsage()
    const begin = performance.now()
    const { held } = await simulate(beaconCounts, { inputs: { beacons, campaigns: bookedCampaigns }, runs, seconds: 3600, seed })
    const seconds = (performance.now() - begin) / 1000
    const { user, system } = process.cpuUsage(before)
    if (!held.some((law) => law.runs === runs)) throw new Error(`not ${runs} runs: ${JSON.stringify(held)}`)
    return { seconds, cpu: (user + system) / 1e6 }
  },
}

export type Simulator = typeof steps
serve(steps)
