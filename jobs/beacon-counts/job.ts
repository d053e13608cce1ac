import { codec, job, option, service, sink, source, store } from 'tanager'
import { sum } from 'tanager/algebra'
import { type BeaconType, campaignOf, siteOf, typeOf } from './beacon.ts'

export const beacons = source('beacons', { item: codec.string })
export const campaigns = service('campaigns', { key: codec.string, value: codec.struct({ name: codec.string }) })

export const types = store('types', { key: codec.string, sum })
export const impressions = store('impressions', { key: codec.string, sum })
export const clicks = store('clicks', { key: codec.string, sum })
export const unknown = sink('unknown', { item: codec.string })

const typed = beacons.keyBy(typeOf).name('typed')
const of = (type: BeaconType) => typed.filterKeys((each) => each === type).values()

export default job(
  'beacon-counts',
  typed.mapValues(() => 1).sumByKey(types),
  of('impression')
    .map((beacon) => [siteOf(beacon), 1] as const)
    .sumByKey(impressions),
  of('click')
    .map((beacon) => [campaignOf(beacon), 1] as const)
    .leftJoin(campaigns)
    .map(([, [n, campaign]]) => [option.isSome(campaign) ? campaign.value.name : 'not booked', n] as const)
    .sumByKey(clicks),
  of('unknown').write(unknown),
)
