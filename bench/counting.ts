import type { LocalContenderName } from './contenders/index.ts'
import { inTurns, type Turns } from './in-turns.ts'
import type { Counter } from './programs/counter.ts'
import { show } from './report/format.ts'
import { tell } from './report/print.ts'
import { startEach } from './subprocess.ts'

export interface Counting<Name extends LocalContenderName> extends Turns<Name> {
  readonly events: number
  /** Options of node for the first of them. */
  readonly node: readonly string[]
}

/** How one contender fared. */
export interface Counted {
  readonly label: string
  readonly keyed: boolean
  readonly events: number
  /** Events a second, by the clock. */
  readonly speeds: readonly number[]
  /** Microseconds of processor time per event, of all threads of the process: the garbage collector's too. */
  readonly cpu: readonly number[]
}

/** Has contenders count the same events in memory, each in a process of its own, in turns. Their answers are checked. */
export async function counting<Name extends LocalContenderName>(
  workload: string,
  { names, rounds, warmUp = 0, events, node }: Counting<Name>,
): Promise<Readonly<Record<Name, Counted>>> {
  await using counters = startEach<Name, Counter>(names, 'counter', (name) => ['--expose-gc', ...(name === names[0] ? node : [])])
  const about = {} as Record<Name, Awaited<ReturnType<Counter['prepare']>>>
  for (const name of names) {
    about[name] = await counters.of(name).call('prepare', name, events)
    await counters.of(name).call('check')
  }
  const runs = await inTurns({ names, rounds, warmUp }, async (name, round) => {
    const { seconds, cpu } = await counters.of(name).call('pass')
    const { label, events } = about[name]
    tell(`${workload}, round ${round} of ${rounds}: ${label}, ${show(events / seconds, '/s')}`)
    return { speed: events / seconds, cpu: (cpu * 1e6) / events }
  })
  const counted = (name: Name): Counted => ({
    ...about[name],
    speeds: runs[name].map(({ speed }) => speed),
    cpu: runs[name].map(({ cpu }) => cpu),
  })
  return Object.fromEntries(names.map((name) => [name, counted(name)])) as Record<Name, Counted>
}
