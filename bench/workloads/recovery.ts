import { Redis } from 'ioredis'
import { now } from '../clock.ts'
import { inTurns } from '../in-turns.ts'
import type { Feeder } from '../programs/feeder.ts'
import type { Runner } from '../programs/runner.ts'
import { number } from '../report/format.ts'
import { tell } from '../report/print.ts'
import type { Setup } from '../subjects/setup.ts'
import { start } from '../subprocess.ts'
import type { RedisWorkload } from './workload.ts'

interface Size {
  readonly rounds: number
  readonly records: number
}

/** Small batches, so that many are in hand; few keys, so that one look tells how far it is. */
const setup: Setup = { subject: 'beacons', shape: { keys: 100 }, options: { batch: { batchRecords: 1_000 } } }
/** What part is counted when it happens. */
const early = 0.3
const active = 'tanager:{type-counts}:bull:stages:active'

const cases = {
  undisturbed: '2 workers, none is killed',
  oneOfTwo: '2 workers, one is killed',
  replaced: '1 worker, killed; another is started at once',
} as const
type Case = keyof typeof cases

interface Run {
  /** Seconds from the death until all is counted. */
  readonly whole: number
  /** The longest time in which nothing was counted, in seconds. */
  readonly stall: number
  /** Batches that the queue held to be in somebody's hands when it happened. */
  readonly inHand: number
}

/** A worker is killed with batches in its hands (SIGKILL: it cannot even say so): how long until all is counted, how long does it stand still? */
export const recovery: RedisWorkload<Size> = {
  name: 'recovery',
  asks: 'a worker is killed with batches in its hands: how long until all is counted, and how long does nothing move?',
  redis: true,
  sizes: { full: { rounds: 5, records: 2_000_000 }, quick: { rounds: 1, records: 1_000_000 } },

  run: async ({ size: { rounds, records }, redis }) => {
    const client = new Redis(redis.url)

    async function run(which: Case): Promise<Run> {
      await redis.clear()
      await using feeder = start<Feeder>('feeder')
      await feeder.call('open', setup, redis.url)
      await feeder.call('send', records)
      await using doomed = start<Runner>('runner')
      await using other = start<Runner>('runner')
      const victim = await doomed.call('begin', setup, redis.url)
      if (which !== 'replaced') await other.call('begin', setup, redis.url)
      await feeder.call('watch', 'types', records * early)
      const rest = feeder.call('watch', 'types', records)
      const death = now()
      if (which !== 'undisturbed') process.kill(victim, 'SIGKILL')
      const inHand = await client.llen(active)
      await using another = start<Runner>('runner')
      if (which === 'replaced') await another.call('begin', setup, redis.url)
      const seen = (await rest).filter(([at]) => at > death)
      const times = [death, ...seen.map(([at]) => at)]
      const stalls = times.slice(1).map((at, i) => at - (times[i] as number))
      await feeder.call('settled')
      await feeder.call('check')
      await feeder.call('close')
      const survivors = which === 'replaced' ? [another] : which === 'oneOfTwo' ? [other] : [doomed, other]
      for (const each of survivors) await each.call('stop')
      return { whole: ((times.at(-1) as number) - death) / 1000, stall: Math.max(...stalls) / 1000, inHand }
    }

    const names = Object.keys(cases) as readonly Case[]
    const runs = await inTurns({ names, rounds }, async (which, round) => {
      const done = await run(which)
      tell(`recovery, round ${round} of ${rounds}: ${cases[which]}, all counted after ${number(done.whole)} s`)
      return done
    })
    client.disconnect()
    const of = (which: Case, what: keyof Run, unit: string) => ({ runs: runs[which].map((each) => each[what]), unit })
    return {
      title: `${number(records)} records wait, 1,000 to a batch; ${early * 100} % are counted when it happens; ${rounds} rounds, in turns`,
      figures: [],
      details: {
        columns: ['', 'until all is counted', 'longest stall', 'batches in hand'],
        rows: names.map((which) => [cases[which], of(which, 'whole', 's'), of(which, 'stall', 's'), of(which, 'inHand', '')]),
      },
    }
  },
}
