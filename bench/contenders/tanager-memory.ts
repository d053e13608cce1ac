import { memory } from 'tanager/memory'
import type { LocalContender } from './contender.ts'
import { typeCounts } from './tanager.ts'

/** The same job as on Redis, in this process. */
export const tanagerMemory: LocalContender = {
  label: 'tanager, memory platform',
  keyed: true,
  count: async (beacons) => (await memory().on(typeCounts).run({ beacons })).stores.types,
}
