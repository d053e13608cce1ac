import { typeOf } from '../beacon.ts'
import type { LocalContender } from './contender.ts'

/** What one would write by hand: no batches, no dead letters, nothing but the counting. */
export const handLoop: LocalContender = {
  label: 'a loop with a Map, by hand',
  keyed: false,
  count: (events) => {
    const counts = new Map<string, number>()
    for (const event of events) {
      const type = typeOf(event)
      counts.set(type, (counts.get(type) ?? 0) + 1)
    }
    return counts
  },
}
