import { type Cost, costOf } from '../cost.ts'
import { inTurns } from '../in-turns.ts'
import type { Passer, Way } from '../programs/passer.ts'
import { number } from '../report/format.ts'
import { tell } from '../report/print.ts'
import type { Figure } from '../report/report.ts'
import { type SubjectName, subjects } from '../subjects/index.ts'
import type { Shape, Subject } from '../subjects/subject.ts'
import { start } from '../subprocess.ts'
import type { RedisWorkload } from './workload.ts'

interface Size {
  readonly rounds: number
  readonly records: number
}

interface OneJob {
  readonly name: string
  readonly asks: string
  readonly subject: SubjectName
  /** Others to put beside it, on a worker. */
  readonly beside?: readonly SubjectName[]
  readonly shape: Shape
  readonly sizes: RedisWorkload<Size>['sizes']
  readonly figures: (costs: Costs) => readonly Figure[]
}

/** What each round found, by what ran: a loop by hand and the memory platform spend nothing on Redis. */
export interface Costs {
  readonly byHand: readonly Cost[]
  readonly inMemory: readonly Cost[]
  readonly onWorker: (subject: SubjectName) => readonly Cost[]
}

/** Passes that are not counted: the first ones run before V8 has compiled what they run. */
const warmUp = 2
/** The least that a worker counts before it counts. */
const warmWorker = 300_000

/** One job by hand, on the memory platform and on one worker, in turns: what does a record cost? */
export function oneJob({ name, asks, subject, beside = [], shape, sizes, figures }: OneJob): RedisWorkload<Size> {
  return {
    name,
    asks,
    redis: true,
    sizes,

    run: async ({ size: { rounds, records }, redis, node }) => {
      const described: Subject = subjects[subject]
      const local = (['byHand', 'inMemory'] as const).filter((way) => described[way] !== undefined)
      const distributed = [subject, ...beside]
      await using byHand = start<Passer>('passer', [], ['--expose-gc'])
      await using inMemory = start<Passer>('passer', [], ['--expose-gc', ...node])
      const passers = { byHand, inMemory }
      let length = 0
      for (const way of local) length = await passers[way].call('prepare', subject, shape, records, way)

      async function pass(way: Way): Promise<Cost> {
        const { seconds, cpu } = await passers[way].call('pass')
        await passers[way].call('check')
        const worker = (cpu * 1e6) / records
        return { worker, redis: 0, both: worker, perSecond: records / seconds }
      }

      const runs = await inTurns<Way | SubjectName, Cost>({ names: [...local, ...distributed], rounds, warmUp }, async (which, round) => {
        if (which === 'byHand' || which === 'inMemory') return pass(which)
        if (round < 1) return { worker: 0, redis: 0, both: 0, perSecond: 0 }
        const cost = await costOf(redis, { setup: { subject: which, shape }, warmUp: Math.max(warmWorker, records / 2), records, node })
        tell(`${name}, round ${round} of ${rounds}: ${subjects[which].label}, ${number(cost.both)} µs per record`)
        return cost
      })
      const rows = [
        ...local.map((way) => [way === 'byHand' ? 'by hand' : 'memory platform', runs[way]] as const),
        ...distributed.map((which) => [`1 worker${beside.length === 0 ? '' : `: ${subjects[which].label}`}`, runs[which]] as const),
      ]
      return {
        title: `${described.label}: ${number(records)} records of ${number(length)} bytes on average, ${number(shape.keys)} keys; ${rounds} rounds, in turns`,
        figures: figures({ byHand: runs.byHand ?? [], inMemory: runs.inMemory, onWorker: (which) => runs[which] }),
        details: {
          columns: ['', 'counted', 'processor', 'Redis'],
          rows: rows.map(([label, costs]) => [
            label,
            { runs: costs.map(({ perSecond }) => perSecond), unit: '/s' },
            { runs: costs.map(({ worker }) => worker), unit: 'µs' },
            { runs: costs.map(({ redis }) => redis), unit: 'µs' },
          ]),
        },
      }
    },
  }
}
