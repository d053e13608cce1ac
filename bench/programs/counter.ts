// A subprocess: counts in its own memory, in one way, again and again.

import type { LocalContender } from '../contenders/contender.ts'
import { type LocalContenderName, localContender } from '../contenders/index.ts'
import { countsOf, firstBeacons, mustEqual } from '../events.ts'
import { serve } from '../subprocess.ts'

let contender: LocalContender
let events: readonly string[] = []

const steps = {
  /** @returns who counts, and how many events it gets */
  prepare: async (name: LocalContenderName, count: number) => {
    contender = await localContender(name)
    events = firstBeacons(Math.min(count, contender.most ?? count))
    const { label, keyed } = contender
    return { label, keyed, events: events.length }
  },

  /** @returns how many seconds it took, by the clock and of this process's processor time */
  pass: async () => {
    // What earlier passes left behind is not this one's to clean up.
    globalThis.gc?.()
    const before = process.cpuUsage()
    const begin = performance.now()
    await contender.count(events)
    const seconds = (performance.now() - begin) / 1000
    const { user, system } = process.cpuUsage(before)
    return { seconds, cpu: (user + system) / 1e6 }
  },

  check: async () => mustEqual(contender.label, await contender.count(events), countsOf(events)),
}

export type Counter = typeof steps
serve(steps)
