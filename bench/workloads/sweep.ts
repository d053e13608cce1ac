import { type Cost, costOf, type Run } from '../cost.ts'
import { inTurns } from '../in-turns.ts'
import { number } from '../report/format.ts'
import { tell } from '../report/print.ts'
import type { Details, Figure } from '../report/report.ts'
import type { RedisWorkload } from './workload.ts'

/** One place of a sweep: what is varied has this value in it. */
export type Point = Run & {
  /** How it is called in the table. */
  readonly label: string
}

interface Sweep<Size extends { readonly rounds: number }> {
  readonly name: string
  readonly asks: string
  readonly sizes: RedisWorkload<Size>['sizes']
  readonly points: (size: Size) => readonly Point[]
  readonly title: string
  /** What is varied: the heading of the first column. */
  readonly varied: string
  readonly figures: (at: (label: string) => readonly Cost[], size: Size) => readonly Figure[]
  /** Further columns, of one point. */
  readonly more?: Readonly<Record<string, (point: Point, costs: readonly Cost[]) => Details['rows'][number][number]>>
}

/** One thing is varied, the rest stays: what does a record cost at each point? All points in turns, each run a process of its own. */
export function sweep<Size extends { readonly rounds: number }>(spec: Sweep<Size>): RedisWorkload<Size> {
  const { name, asks, sizes, points: pointsOf, title, varied, figures, more = {} } = spec
  return {
    name,
    asks,
    redis: true,
    sizes,

    run: async ({ size, redis, node }) => {
      const points = pointsOf(size)
      const at = new Map(points.map((point) => [point.label, point]))
      const runs = await inTurns({ names: [...at.keys()], rounds: size.rounds }, async (label, round) => {
        const cost = await costOf(redis, { ...(at.get(label) as Point), node })
        tell(`${name}, round ${round} of ${size.rounds}: ${label}, ${number(cost.both)} µs per record`)
        return cost
      })
      const of = (label: string): readonly Cost[] => runs[label] ?? []
      return {
        title: `${title}; ${size.rounds} rounds, in turns`,
        figures: figures(of, size),
        details: {
          columns: [varied, 'records', 'worker and Redis', 'worker', 'Redis', 'by the clock', ...Object.keys(more)],
          rows: points.map((point) => {
            const costs = of(point.label)
            return [
              point.label,
              number(point.records),
              { runs: costs.map(({ both }) => both), unit: 'µs' },
              { runs: costs.map(({ worker }) => worker), unit: 'µs' },
              { runs: costs.map(({ redis }) => redis), unit: 'µs' },
              { runs: costs.map(({ perSecond }) => perSecond), unit: '/s' },
              ...Object.values(more).map((column) => column(point, costs)),
            ]
          }),
        },
      }
    },
  }
}
