/** The types of beacon that this job knows; all others count as one, so that what the world sends cannot grow our stores. */
const known = ['impression', 'click', 'conversion'] as const

export type BeaconType = (typeof known)[number] | 'unknown'

export function typeOf(beacon: string): BeaconType {
  const type = must(beacon, 'beaconType')
  return known.find((each) => each === type) ?? 'unknown'
}

export const siteOf = (beacon: string): string => must(beacon, 'site')

export const campaignOf = (beacon: string): string => must(beacon, 'campaign')

/** @throws Error for a beacon without the field: thrown in a job, it sends that beacon to the dead letters. */
function must(beacon: string, name: string): string {
  const value = fieldOf(beacon, name)
  if (value === undefined || value === '') throw new Error(`a beacon without ${name}`)
  return value
}

/**
 * One field of a beacon's query. It looks for that field and no other: URLSearchParams takes the whole query apart, which
 * is fine for one request and ten times too slow for a stream of them.
 */
function fieldOf(beacon: string, name: string): string | undefined {
  for (let at = beacon.indexOf(name); at > 0; at = beacon.indexOf(name, at + 1)) {
    const from = at + name.length + 1
    if (beacon[from - 1] !== '=' || !(beacon[at - 1] === '?' || beacon[at - 1] === '&')) continue
    const to = beacon.indexOf('&', from)
    const value = to === -1 ? beacon.slice(from) : beacon.slice(from, to)
    return value.includes('%') || value.includes('+') ? decodeURIComponent(value.replaceAll('+', ' ')) : value
  }
  return undefined
}
