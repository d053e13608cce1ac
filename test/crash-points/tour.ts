import { setTimeout as sleep } from 'node:timers/promises'
import { isDeepStrictEqual } from 'node:util'
import { messageOf } from '../../core/error.ts'
import { isRead, periodic } from './names.ts'
import { shown } from './outcome.ts'
import { type Place, type Visit, visit } from './point.ts'
import type { Story } from './story.ts'
import { type Mode, modes, type Stop } from './wire.ts'

/** What was seen at all points of a story. */
export interface Tour {
  readonly points: number
  /** How often a process was stopped at each command, in each way. */
  readonly coverage: Coverage
  /** The points after which something was wrong, and what. */
  readonly faults: readonly string[]
}

export type Coverage = Map<string, Map<Mode, number>>

// Most of a visit is waiting, for locks to run out.
const atOnce = 8

// Long enough for the busiest of machines, in milliseconds.
const limit = 90_000

// What is sent every now and then is stopped at so many times; everything else each time.
const rounds = 4

/**
 * Tells a story once to its end, and once more for each command of its victim and each way to stop there.
 *
 * @param only a command: stops at no other, and goes home at the first fault
 */
export async function tour(tell: () => Story, { only, ...place }: Place & { readonly only?: string }): Promise<Tour> {
  const coverage: Coverage = new Map()
  const faults: string[] = []
  const known = new Map<string, number>()
  const ahead: Stop[] = []
  let points = 0

  async function look(where: string, stop?: Stop): Promise<void> {
    const story = tell()
    try {
      const seen = await inTime(visit({ ...place, prefix: `${place.prefix}:${where.replaceAll(/\W+/g, '-')}` }, story, stop))
      const expected = seen.expected.map((outcome) => shown(story, outcome))
      const outcome = shown(story, seen.outcome)
      if (!expected.some((right) => isDeepStrictEqual(right, outcome))) {
        faults.push(`${where}: ${JSON.stringify(outcome)} instead of ${expected.map((right) => JSON.stringify(right)).join(' or ')}`)
      }
      if (stop !== undefined && seen.stopped) {
        points += 1
        count(coverage, stop)
      }
      discover(seen, story, stop === undefined)
    } catch (error) {
      faults.push(`${where}: ${messageOf(error)}`)
    }
  }

  /** The commands of a run that nobody stops are the points; one that was never sent before is one more, whoever sends it. */
  function discover({ sent }: Visit, { at, modes: ways = modes }: Story, calm: boolean): void {
    for (const [name, times] of sent) {
      if (name !== (only ?? name) || at?.includes(name) === false) continue
      const before = known.get(name) ?? 0
      const now = Math.max(before, Math.min(calm ? times : 1, periodic.has(name) ? rounds : times))
      known.set(name, now)
      // Whoever is late with a read only reads what is there by then; to be late with what it does about that is the hard case.
      const here = isRead(name) ? ways.filter((mode) => mode !== 'late') : ways
      for (let nth = before + 1; nth <= now; nth++) ahead.push(...here.map((mode) => ({ name, nth, mode })))
    }
  }

  async function walk(): Promise<void> {
    for (let stop = ahead.shift(); stop !== undefined; stop = ahead.shift()) {
      if (only !== undefined && faults.length > 0) return
      await look(`${stop.mode} ${stop.name} ${stop.nth}`, stop)
    }
  }

  await look('to the end')
  await Promise.all(Array.from({ length: atOnce }, walk))
  return { points, coverage, faults }
}

/** A visit that never ends is a fault at its point, and not of the whole tour. */
async function inTime<A>(visiting: Promise<A>): Promise<A> {
  const over = new AbortController()
  const late = async () => {
    await sleep(limit, undefined, { signal: over.signal })
    throw new Error(`it did not come to an end within ${limit} ms`)
  }
  try {
    return await Promise.race([visiting, late()])
  } finally {
    over.abort()
  }
}

function count(coverage: Coverage, { name, mode }: Stop): void {
  const counts = coverage.get(name) ?? new Map<Mode, number>()
  coverage.set(name, counts.set(mode, (counts.get(mode) ?? 0) + 1))
}
