import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { availableParallelism, loadavg } from 'node:os'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { setTimeout as sleep } from 'node:timers/promises'
import { bad, type Finding, good, warning } from './finding.ts'
import { duration } from './wording.ts'

const require = createRequire(import.meta.url)

/** Node itself. */
export function nodeFinding(version: string): Finding {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  if (major > 20 || (major === 20 && minor >= 19)) return good('node', version)
  return bad('node', { found: version, why: 'Too old: tanager is made for 20.19 or newer.', remedy: 'Install a newer Node.' })
}

/** The version of each package; undefined for one that is not there. */
export type Versions = Readonly<Record<string, string | undefined>>

export function installed(): Versions {
  return Object.fromEntries(['bullmq', 'ioredis'].map((name) => [name, versionOf(name)]))
}

function versionOf(name: string): string | undefined {
  try {
    const { version } = JSON.parse(readFileSync(require.resolve(`${name}/package.json`), 'utf8'))
    return version
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'MODULE_NOT_FOUND' ? undefined : 'of an unknown version'
  }
}

/** What the platform is made of. */
export function packagesFinding(versions: Versions): Finding {
  const found = Object.entries(versions)
    .map(([name, version]) => (version === undefined ? `${name} is missing` : `${name} ${version}`))
    .join(', ')
  const names = Object.keys(versions)
  if (Object.values(versions).includes(undefined)) {
    return bad('packages', {
      found,
      why: 'Without them a job runs in memory only; Redis was not examined.',
      remedy: `npm install ${names.join(' ')}`,
    })
  }
  if (Object.values(versions).every((version) => version?.startsWith('6.'))) return good('packages', found)
  return warning('packages', {
    found,
    why: 'tanager is tested with version 6 of both.',
    remedy: `npm install ${names.map((name) => `${name}@6`).join(' ')}`,
  })
}

/** @param load processes that wanted to run, on average over the last minute; 0 where the system does not tell */
export function processorsFinding(processors: number, load: number): Finding {
  const found = `${processors}, load ${load.toFixed(1)} over the last minute`
  if (load <= processors * 1.5) return good('processors', found)
  return warning('processors', {
    found,
    why: 'More wants to run than can: all work takes longer, and a worker that is not let run for seconds has its batches run again by others. They still count once.',
    remedy: 'Give workers processors of their own, or run fewer of them here.',
  })
}

/** How late this process, which does next to nothing, was at most, in milliseconds. */
export function loopFinding(latest: number, over: number): Finding {
  const found = `at most ${duration(latest)} late in ${duration(over)}`
  if (latest < 100) return good('event loop', found)
  return warning('event loop', {
    found,
    why: 'This process was idle and was still not let run: the machine is busy. A worker that is as late as its lockDuration (3 s) has its batches run again by others. They still count once.',
    remedy: 'See what else runs here. In workers, keep functions that compute for long out of the process.',
  })
}

const watched = 500
const resolution = 10

export async function hostFindings(): Promise<readonly Finding[]> {
  const delay = monitorEventLoopDelay({ resolution })
  delay.enable()
  await sleep(watched)
  delay.disable()
  // It measures from one tick of its own timer to the next: on time is one resolution. In nanoseconds.
  const latest = Math.max(0, delay.max / 1e6 - resolution)
  return [processorsFinding(availableParallelism(), loadavg()[0] as number), loopFinding(latest, watched)]
}
