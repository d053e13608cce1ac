import { memory } from 'tanager/memory'
import { expect, test } from 'vitest'
import beaconCounts from './job.ts'

const map = <V>(object: Record<string, V>) => new Map(Object.entries(object))

const campaigns = map({ c7: { name: 'Spring sale' } })

/** What becomes of these beacons. */
const after = (...beacons: string[]) => memory().on(beaconCounts).run({ beacons, campaigns })

test('counts beacons by type, impressions by site', async () => {
  const { stores } = await after(
    '/b?beaconType=impression&site=a.example&ts=1',
    '/b?beaconType=impression&site=b.example&ts=2',
    '/b?beaconType=impression&site=a.example&ts=3',
    '/b?beaconType=conversion&campaign=c7&ts=4',
  )
  expect(stores.types).toEqual(map({ impression: 3, conversion: 1 }))
  expect(stores.impressions).toEqual(map({ 'a.example': 2, 'b.example': 1 }))
})

test('counts clicks by the name of their campaign', async () => {
  const { stores } = await after('/b?beaconType=click&campaign=c7', '/b?beaconType=click&campaign=c8', '/b?beaconType=click&campaign=c7')
  expect(stores.clicks).toEqual(map({ 'Spring sale': 2, 'not booked': 1 }))
})

test('keeps beacons of other types, and counts them as one type', async () => {
  const { stores, sinks } = await after('/b?beaconType=scroll&site=a.example', '/b?beaconType=Click&campaign=c7')
  expect(stores.types).toEqual(map({ unknown: 2 }))
  expect(sinks.unknown).toEqual(['/b?beaconType=scroll&site=a.example', '/b?beaconType=Click&campaign=c7'])
})

test('lays what is no beacon aside, with the reason, and counts none of it', async () => {
  const { stores, deadLetters } = await after('/favicon.ico', '/b?beaconType=impression&ts=1', '/b?beaconType=click&campaign=%zz')
  expect(stores.types).toEqual(map({}))
  expect(deadLetters.map(({ record, error }) => [record, error])).toEqual([
    ['/favicon.ico', 'a beacon without beaconType'],
    ['/b?beaconType=impression&ts=1', 'a beacon without site'],
    ['/b?beaconType=click&campaign=%zz', 'URI malformed'],
  ])
})

test('reads a query as browsers write it', async () => {
  const { stores } = await after(
    '/b?website=x&site=caf%C3%A9+noir&beaconType=impression',
    '/b?site=a%26b&beaconType=impression&campaign=site=c',
  )
  expect(stores.impressions).toEqual(map({ 'café noir': 1, 'a&b': 1 }))
})
