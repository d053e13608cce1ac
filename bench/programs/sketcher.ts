// A subprocess: adds and merges in one way, again and again.
import type { Contest, Started } from '../algebra/contest.ts'
import { contests } from '../algebra/index.ts'
import { serve } from '../subprocess.ts'

let started: Started | undefined
let answer: unknown

const steps = {
  prepare: async (name: string, way: string, size: number, peers: string) => {
    started = (contests[name] as Contest).start(way, size, peers)
  },

  /** @returns how many operations there were, and how many seconds they took, by the clock and of this process's processor time */
  pass: async () => {
    const { operations, pass } = started as Started
    // What earlier passes left behind is not this one's to clean up.
    globalThis.gc?.()
    const before = process.cpuUsage()
    const begin = performance.now()
    answer = await pass()
    const seconds = (performance.now() - begin) / 1000
    const { user, system } = process.cpuUsage(before)
    return { operations, seconds, cpu: (user + system) / 1e6 }
  },

  /** Of the last pass. */
  check: async () => (started as Started).check(answer),
}

export type Sketcher = typeof steps
serve(steps)
