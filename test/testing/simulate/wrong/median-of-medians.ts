import { aggregation, codec, job, source, store } from 'tanager'
import type { Mistake } from '../mistake.ts'

const times = source('times', { item: codec.tuple(codec.string, codec.int) })

// The three in the middle of three is not the three in the middle of all: what is cut away would have mattered later.
// Mended: `ddSketch` of `tanager/algebra`, whose quantiles are as exact as it says.
const middle = aggregation<readonly number[], number, number | undefined>({
  id: 'middle',
  value: codec.array(codec.int),
  commutative: true,
  semigroup: {
    concat: (a, b) => {
      const sorted = [...a, ...b].sort((x, y) => x - y)
      const cut = Math.max(0, sorted.length - 3)
      return sorted.slice(Math.floor(cut / 2), sorted.length - Math.ceil(cut / 2))
    },
  },
  prepare: (time) => [time],
  present: (times) => times[Math.floor(times.length / 2)],
})

export default {
  mistake: 'a median of medians',
  make: () => job('times', times.aggregateByKey(store('medians', { key: codec.string, sum: middle }))),
  inputs: { times: [12, 250, 3, 40, 41, 90, 7, 300, 18].map((ms) => ['/', ms]) },
  says: [
    'times: comes out differently on a cluster than in memory, since store medians: aggregation middle: not associative: concat(concat([12], [12]), [3, 12, 250]) is [12, 12, 12], concat([12], concat([12], [3, 12, 250])) is [3, 12, 12]',
    '  store medians, key "/": memory has 12, the simulation has 40',
    '  with these records:',
    '    times: ["/", 12], ["/", 250], ["/", 3], ["/", 40], ["/", 41]',
    '  when this happens (1 worker, 1 partition a store):',
    '    client of times sends batch 1: ["/", 12]',
    '    worker 1 begins batch 1 of times',
    '…',
  ],
} satisfies Mistake
