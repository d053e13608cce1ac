// How every contender reads a beacon: `/b?beaconType=type7&user=u1&ts=2`. In a file that imports nothing, for peers to share.

/** Cheaply: there is one parameter to find. */
export function typeOf(beacon: string): string {
  const at = beacon.indexOf('beaconType=')
  if (at === -1) return 'unknown'
  const to = beacon.indexOf('&', at)
  return beacon.slice(at + 11, to === -1 ? undefined : to)
}

/** As most people would: everything is taken apart and decoded, at some ten times the cost. */
export const typeByQuery = (beacon: string): string => new URLSearchParams(beacon.slice(beacon.indexOf('?'))).get('beaconType') ?? 'unknown'
