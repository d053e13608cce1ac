import { type RedisContenderName, redisContenders } from './contenders/index.ts'
import { inTurns } from './in-turns.ts'
import type { Sender } from './programs/sender.ts'
import type { Worker } from './programs/worker.ts'
import type { MeasuredRedis } from './redis.ts'
import { show } from './report/format.ts'
import { tell } from './report/print.ts'
import { type Subprocess, start, startEach } from './subprocess.ts'

/** One who works off a backlog, in so many processes. */
export interface Entrant {
  readonly contender: RedisContenderName
  readonly workers: number
  readonly events: number
}

export interface Backlog<Name extends string> {
  readonly entrants: Readonly<Record<Name, Entrant>>
  readonly rounds: number
  readonly batchSize: number
  /** Options of node for workers. */
  readonly node: readonly string[]
}

interface Run {
  /** Events a second, by the clock. */
  readonly counted: number
  readonly sent: number
  /** Microseconds of processor time per event: Redis's own code, all that Redis costs, and all workers together. */
  readonly redisUser: number
  readonly redisTotal: number
  readonly worker: number
}

/** How one entrant fared: of each a number for every round. */
export type WorkedOff = { readonly [what in keyof Run]: readonly number[] } & { readonly label: string; readonly events: number }

/** All events are in Redis; then the workers begin. How long until all are counted? In turns; every answer is checked. */
export async function workOff<Name extends string>(
  workload: string,
  redis: MeasuredRedis,
  { entrants, rounds, batchSize, node }: Backlog<Name>,
): Promise<{ readonly length: number; readonly all: Readonly<Record<Name, WorkedOff>> }> {
  const names = Object.keys(entrants) as string[] as Name[]
  await using sender = start<Sender>('sender')
  const length = await sender.call('prepare', Math.max(...names.map((name) => entrants[name].events)))

  async function run({ contender, workers, events }: Entrant): Promise<Run> {
    const numbers = Array.from({ length: workers }, (_, i) => `${i + 1}`)
    await redis.clear()
    const sending = await sender.call('send', contender, redis.url, events, batchSize)
    await using processes = startEach<string, Worker>(numbers, 'worker', () => node)
    const everyone = <R>(does: (worker: Subprocess<Worker>) => Promise<R>) =>
      Promise.all(numbers.map((number) => does(processes.of(number))))
    await everyone((worker) => worker.call('memory'))

    const before = await redis.cpu()
    const begin = performance.now()
    const worked = await everyone((worker) => worker.call('work', contender, redis.url, events, batchSize))
    const seconds = (performance.now() - begin) / 1000
    const after = await redis.cpu()

    await everyone((worker) => worker.call('stop'))
    await sender.call('check', contender, redis.url, events)
    const each = (spent: number) => (spent * 1e6) / events
    return {
      counted: events / seconds,
      sent: events / sending,
      redisUser: each(after.user - before.user),
      redisTotal: each(after.total - before.total),
      worker: each(worked.reduce((sum, { cpu }) => sum + cpu, 0)),
    }
  }

  const runs = await inTurns({ names, rounds }, async (name, round) => {
    const found = await run(entrants[name])
    tell(`${workload}, round ${round} of ${rounds}: ${labelOf(entrants[name])}, ${show(found.counted, '/s')}`)
    return found
  })
  const workedOff = (name: Name): WorkedOff => {
    const of = (what: keyof Run) => runs[name].map((run) => run[what])
    return {
      label: labelOf(entrants[name]),
      events: entrants[name].events,
      counted: of('counted'),
      sent: of('sent'),
      redisUser: of('redisUser'),
      redisTotal: of('redisTotal'),
      worker: of('worker'),
    }
  }
  return { length, all: Object.fromEntries(names.map((name) => [name, workedOff(name)])) as Record<Name, WorkedOff> }
}

function labelOf({ contender, workers }: Entrant): string {
  const { label } = redisContenders[contender]
  return workers === 1 ? label : `${label}, ${workers} workers`
}
