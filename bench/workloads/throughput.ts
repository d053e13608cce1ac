import { type RedisContenderName, redisContenders } from '../contenders/index.ts'
import { goals } from '../goals.ts'
import { inTurns } from '../in-turns.ts'
import type { Sender } from '../programs/sender.ts'
import type { Worker } from '../programs/worker.ts'
import { number, show } from '../report/format.ts'
import { tell } from '../report/print.ts'
import { ratios } from '../statistics.ts'
import { start } from '../subprocess.ts'
import type { RedisWorkload } from './workload.ts'

interface Size {
  readonly rounds: number
  readonly events: number
  /** For the contender with a job per event: its speed does not depend on how many there are, and two million would take minutes. */
  readonly fewer: number
  readonly batchSize: number
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
export const throughput: RedisWorkload<Size> = {
  name: 'throughput',
  asks: 'all events wait in Redis, then one worker process starts: how long until all are counted, what does it cost Redis? Against a BullMQ job per event, and a BullMQ job per batch written by hand',
  redis: true,
  sizes: {
    full: { rounds: 5, events: 2_000_000, fewer: 100_000, batchSize: 5_000 },
    quick: { rounds: 3, events: 2_000_000, fewer: 50_000, batchSize: 5_000 },
  },

  run: async ({ size: { rounds, events, fewer, batchSize }, redis, node }) => {
    await using sender = start<Sender>('sender')
    const length = await sender.call('prepare', events)

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

    const runs = await inTurns({ names, rounds }, async (name, round) => {
      const done = await run(name)
      tell(`throughput, round ${round} of ${rounds}: ${redisContenders[name].label}, ${show(done.perSecond, '/s')}`)
      return done
    })
    const of = (name: RedisContenderName, what: keyof Run) => runs[name].map((each) => each[what])
    const times = (name: RedisContenderName) => ratios(of('tanager', 'perSecond'), of(name, 'perSecond'))
    return {
      title: `${number(events)} events of ${number(length)} bytes on average, ${number(batchSize)} to a batch, one worker process; ${rounds} rounds, in turns`,
      figures: [
        { ...goals.jobPerEvent, runs: times('jobPerEvent') },
        { ...goals.jobPerBatch, runs: times('jobPerBatch') },
        { ...goals.redisProcessor, runs: of('tanager', 'redisUser') },
      ],
      details: {
        columns: ['', 'counted', 'sent', 'Redis: own code', 'Redis: in all', 'worker', 'events'],
        rows: names.map((name) => [
          redisContenders[name].label,
          { runs: of(name, 'perSecond'), unit: '/s' },
          { runs: of(name, 'sentPerSecond'), unit: '/s' },
          { runs: of(name, 'redisUser'), unit: 'µs' },
          { runs: of(name, 'redisTotal'), unit: 'µs' },
          { runs: of(name, 'worker'), unit: 'µs' },
          number(name === 'jobPerEvent' ? fewer : events),
        ]),
      },
    }
  },
}
