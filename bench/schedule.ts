/** When events are due: it is fixed before the first is sent, so that a system that stands still cannot slow down who measures it. */
export interface Schedule {
  /** Of this run, since the same store counts several. */
  readonly name: string
  readonly perSecond: number
  readonly events: number
  /** Events that are too early to count. */
  readonly warmUp: number
  /** Events take turns among so many keys. */
  readonly keys: number
  /** When the first is due, by the clock of clock.ts. */
  readonly begin: number
}

export const dueAt = ({ begin, perSecond }: Schedule, event: number): number => begin + (event * 1000) / perSecond

export const keyOf = ({ name, keys }: Schedule, event: number): string => `${name}-${event % keys}`

export const eventOf = (schedule: Schedule, event: number): string => `/b?beaconType=${keyOf(schedule, event)}&event=${event}`
