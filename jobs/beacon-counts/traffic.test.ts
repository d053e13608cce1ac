import { memory } from 'tanager/memory'
import { expect, test } from 'vitest'
import { bookedCampaigns } from './campaigns.ts'
import beaconCounts from './job.ts'
import { traffic } from './traffic.ts'

test('the same seed makes the same beacons, another seed others', () => {
  const some = [...traffic({ beacons: 1_000, seed: 7 })]
  expect([...traffic({ beacons: 1_000, seed: 7 })]).toEqual(some)
  expect([...traffic({ beacons: 1_000, seed: 8 })]).not.toEqual(some)
})

test('every beacon is counted or laid aside, and popular sites are popular', async () => {
  const { stores, sinks, deadLetters } = await memory()
    .on(beaconCounts)
    .run({ beacons: traffic({ beacons: 50_000 }), campaigns: bookedCampaigns })
  const counted = [...stores.types.values()].reduce((sum, n) => sum + n)
  expect(counted + deadLetters.length).toBe(50_000)
  expect(deadLetters.length).toBeGreaterThan(0)
  expect(sinks.unknown).toHaveLength(stores.types.get('unknown') ?? 0)
  const [first = 0, second = 0] = [...stores.impressions.values()].sort((a, b) => b - a)
  expect(first / second).toBeCloseTo(2, 0)
})
