import { codec } from 'tanager'
import { type Scored, topK } from 'tanager/algebra'
import { randomOf } from '../../jobs/beacon-counts/zipf.ts'
import { type Contest, contest, mustHold } from './contest.ts'

type Ranked = readonly Scored<string>[]

/** By a sort of both: of equal scores the lesser item is higher, and an item counts once. */
function byHand(k: number, a: Ranked, b: Ranked): Ranked {
  const all = [...a, ...b].sort((x, y) => y[1] - x[1] || (x[0] < y[0] ? -1 : x[0] > y[0] ? 1 : 0))
  const taken = new Set<string>()
  const top: Scored<string>[] = []
  for (const scored of all) {
    if (top.length === k) break
    if (taken.has(scored[0])) continue
    taken.add(scored[0])
    top.push(scored)
  }
  return top
}

function draw(k: number): readonly [Ranked, Ranked] {
  const random = randomOf(5)
  const scored = (): Scored<string> => [Buffer.from(`page-${random() % (4 * k)}`).toString('latin1'), random() % 1_000_000]
  const rank = () => byHand(k, Array.from({ length: 20 * k }, scored), [])
  return [rank(), rank()]
}

/** How many pairs a pass goes through in all, so that passes of any k take about as long. */
const pairs = 1_000_000

const merge = (k: number): Contest => {
  const { concat } = topK(k, codec.string).semigroup
  const same = (top: Ranked, [a, b]: readonly [Ranked, Ranked]) => {
    const truth = byHand(k, a, b)
    mustHold(
      top.length === k && top.every(([item, score], i) => item === truth[i]?.[0] && score === truth[i]?.[1]),
      'not the highest scores in their order',
    )
  }
  return contest({
    what: `topK, k = ${k}: merge`,
    input: () => draw(k),
    operations: () => 1,
    ways: {
      'two at a time': {
        times: pairs / k,
        ready:
          ([a, b]) =>
          () =>
            concat(a, b),
        check: same,
      },
      'a sort by hand': {
        times: pairs / k / 2,
        ready:
          ([a, b]) =>
          () =>
            byHand(k, a, b),
        check: same,
      },
    },
  })
}

export const topKs = [10, 100, 1_000, 10_000] as const

export const topKName = (k: number): string => `topKMerge${k}`

export const topKMerges = Object.fromEntries(topKs.map((k) => [topKName(k), merge(k)]))
