import { randomOf, zipfOf } from './zipf.ts'

export interface TrafficOptions {
  readonly beacons: number
  /** The same seed makes the same beacons. */
  readonly seed?: number
}

const sites = 2_000
// Two more than are booked: there is always somebody who clicks on last year's.
const campaigns = 12
const users = 100_000
const start = Date.UTC(2026, 0, 1)

/**
 * Beacons as a few thousand sites would send them, one a millisecond: mostly impressions, a click now and then, most of it
 * from a few sites; about one in a hundred of a type nobody knows, one in a thousand no beacon at all.
 */
export function* traffic({ beacons, seed = 1 }: TrafficOptions): Generator<string> {
  const random = randomOf(seed)
  const site = zipfOf(sites, random)
  const campaign = zipfOf(campaigns, random)
  for (let i = 0; i < beacons; i++) {
    const dice = random() % 1000
    if (dice === 0) yield noBeacon(i)
    else
      yield `/b?beaconType=${typeAt(dice)}&site=site-${site() + 1}.example&campaign=c${campaign() + 1}&user=u${random() % users}&ts=${start + i}`
  }
}

function typeAt(dice: number): string {
  if (dice < 910) return 'impression'
  if (dice < 970) return 'click'
  if (dice < 990) return 'conversion'
  return dice < 995 ? 'scroll' : 'hover'
}

function noBeacon(i: number): string {
  switch (i % 4) {
    case 0:
      return '/favicon.ico'
    case 1:
      return '/b?'
    case 2:
      return `/b?beaconType=impression&ts=${start + i}`
    default:
      return '/b?beaconType=click&campaign=%E0%A4%A'
  }
}
