import { type RedisContenderName, redisContenders } from '../contenders/index.ts'
import type { MeasuredRedis } from '../redis.ts'
import { number, perSecond, type Report, spread, tell } from '../report.ts'
import type { Sender } from '../sender.ts'
import { spreadOf } from '../statistics.ts'
import { start } from '../subprocess.ts'
import type { Worker } from '../worker.ts'

export interface ThroughputOptions {
  readonly rounds: number
  readonly events: number
  /** For the contender with a job per event: its speed does not depend on how many there are, and two million would take minutes. */
  readonly fewer: number
  readonly batchSize: number
  /** Options of node for workers, such as `--cpu-prof`. */
  readonly node: readonly string[]
}

interface Run {
  readonly perSecond: number
  readonly sentPerSecond: number
  /** Microseconds of processor time per event. */
  readonly redisUser: number
  readonly redisTotal: number
  readonly worker: number
}

const names = Object.keys(redisContenders) as readonly RedisContenderName[]

/** All events are in Redis; then one worker process starts. How long until all are counted? */
export async function throughput(redis: MeasuredRedis, { rounds, events, fewer, batchSize, node }: ThroughputOptions): Promise<Report> {
  await using sender = start<Sender>('sender')
  const length = await sender.call('prepare', events)
  const runs: Record<RedisContenderName, Run[]> = { tanager: [], jobPerBatch: [], jobPerEvent: [] }

  async function run(name: RedisContenderName): Promise<Run> {
    const count = name === 'jobPerEvent' ? fewer : events
    await redis.clear()
    const sending = await sender.call('send', name, redis.url, count, batchSize)
    await using worker = start<Worker>('worker', [], node)
    await worker.call('memory')
    const before = await redis.cpu()
    const { seconds, cpu } = await worker.call('work', name, redis.url, count, batchSize)
    const after = await redis.cpu()
    await worker.call('stop')
    await sender.call('check', name, redis.url, count)
    const each = (spent: number) => (spent * 1e6) / count
    return {
      perSecond: count / seconds,
      sentPerSecond: count / sending,
      redisUser: each(after.user - before.user),
      redisTotal: each(after.total - before.total),
      worker: each(cpu),
    }
  }

  for (let round = 1; round <= rounds; round++) {
    for (const name of names) {
      const done = await run(name)
      runs[name].push(done)
      tell(`throughput, round ${round} of ${rounds}: ${redisContenders[name].label}, ${perSecond(done.perSecond)}`)
    }
  }

  const of = (name: RedisContenderName, what: keyof Run) => runs[name].map((each) => each[what])
  const times = (name: RedisContenderName) => spreadOf(runs.tanager.map((mine, i) => mine.perSecond / (runs[name][i] as Run).perSecond))
  return {
    title: `${number(events)} events of ${number(length)} bytes on average, ${number(batchSize)} to a batch, one worker process; ${rounds} rounds, in turns`,
    goals: [
      { what: 'speed, to a BullMQ job per event', measured: times('jobPerEvent'), target: { atLeast: 80 }, unit: 'times' },
      { what: 'speed, to a BullMQ job per batch by hand', measured: times('jobPerBatch'), target: { atLeast: 3 }, unit: 'times' },
      {
        what: "Redis's processor, its own code",
        measured: spreadOf(of('tanager', 'redisUser')),
        target: { atMost: 0.25 },
        unit: 'µs per event',
      },
    ],
    details: [
      ['', 'counted', 'sent', 'Redis µs: own code', 'Redis µs: in all', 'worker µs', 'events'],
      ...names.map((name) => [
        redisContenders[name].label,
        spread(spreadOf(of(name, 'perSecond')), perSecond),
        spread(spreadOf(of(name, 'sentPerSecond')), perSecond),
        spread(spreadOf(of(name, 'redisUser'))),
        spread(spreadOf(of(name, 'redisTotal'))),
        spread(spreadOf(of(name, 'worker'))),
        number(name === 'jobPerEvent' ? fewer : events),
      ]),
    ],
  }
}
