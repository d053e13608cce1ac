import { Ord } from 'fp-ts/lib/number.js'
import { codec, job, source, store } from 'tanager'
import { max, min, setOf, topK } from 'tanager/algebra'
import type { Right } from '../harmless.ts'

const scores = source('scores', { item: codec.tuple(codec.string, codec.int) })

export default {
  right: 'the best of many, of which some are as good as others',
  job: job(
    'scores',
    scores
      .map(([player, points]) => ['all', [player, points]] as const)
      .aggregateByKey(store('top', { key: codec.string, sum: topK(3, codec.string) })),
    scores.sumByKey(store('best', { key: codec.string, sum: max(Ord) })),
    scores.sumByKey(store('worst', { key: codec.string, sum: min(Ord) })),
    scores.map(([player]) => ['all', player] as const).aggregateByKey(store('players', { key: codec.string, sum: setOf(codec.string) })),
  ),
  inputs: { scores: Array.from({ length: 40 }, (_, i) => [`p${(i * 3) % 7}`, (i * i) % 6]) },
} satisfies Right
