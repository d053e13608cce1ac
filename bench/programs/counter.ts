// A subprocess: counts in its own memory, again and again.
import { type LocalContenderName, localContenders } from '../contenders/index.ts'
import { countsOf, firstBeacons, mustEqual } from '../events.ts'
import { serve } from '../subprocess.ts'

let events: readonly string[] = []

const steps = {
  prepare: async (count: number) => {
    events = firstBeacons(count)
  },

  /** @returns how many seconds it took, by the clock and of this process's processor time */
  pass: async (name: LocalContenderName) => {
    // What earlier passes left behind is not this one's to clean up.
    globalThis.gc?.()
    const before = process.cpuUsage()
    const begin = performance.now()
    await localContenders[name].count(events)
    const seconds = (performance.now() - begin) / 1000
    const { user, system } = process.cpuUsage(before)
    return { seconds, cpu: (user + system) / 1e6 }
  },

  check: async (name: LocalContenderName) => {
    const { label, count } = localContenders[name]
    mustEqual(label, await count(events), countsOf(events))
  },
}

export type Counter = typeof steps
serve(steps)
