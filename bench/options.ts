import { parseArgs } from 'node:util'
import { workloads } from './workloads/index.ts'
import type { Workload } from './workloads/workload.ts'

export interface Options {
  readonly chosen: readonly Workload[]
  readonly quick: boolean
  /** How many events the longest run is to have. */
  readonly events?: number
  /** Where results are written, a JSON object to a line. */
  readonly json?: string
  /** Whether results are kept in bench/results, and the page made of them. */
  readonly keep: boolean
  /** Where a .cpuprofile of each process that counts is written. */
  readonly profile?: string
}

/** @throws Error that says what is wrong, what is allowed, and how it is done right */
export function optionsOf(args: readonly string[]): Options {
  const { only, events, ...others } = parse(args)
  return { ...others, chosen: chosenOf(only), ...(events === undefined ? {} : { events: eventsOf(events) }) }
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        quick: { type: 'boolean', default: false },
        only: { type: 'string' },
        events: { type: 'string' },
        json: { type: 'string' },
        keep: { type: 'boolean', default: false },
        profile: { type: 'string' },
      },
    }).values
  } catch (error) {
    throw new Error(
      `${(error as Error).message.split('.')[0]}; allowed: --quick, --only=NAME,NAME, --events=N, --json=FILE, --keep, --profile=DIR. Example: npm run bench -- --quick`,
    )
  }
}

function chosenOf(only: string | undefined): readonly Workload[] {
  const wanted = only?.split(',') ?? workloads.map(({ name }) => name)
  const unknown = wanted.filter((name) => !workloads.some((workload) => workload.name === name))
  if (unknown.length === 0) return workloads.filter(({ name }) => wanted.includes(name))
  const allowed = workloads.map(({ name }) => name).join(', ')
  throw new Error(`no workload ${unknown.join(', ')}; allowed: ${allowed}. Example: npm run bench -- --only=memory`)
}

function eventsOf(given: string): number {
  const events = Number(given)
  if (Number.isSafeInteger(events) && events > 0) return events
  throw new Error(`--events is ${given}; allowed: a whole number from 1. Example: npm run bench -- --only=length --events=100000000`)
}
