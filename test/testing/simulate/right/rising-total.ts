import { Ord } from 'fp-ts/lib/number.js'
import { codec, job, option, source, store } from 'tanager'
import { max, sum } from 'tanager/algebra'
import type { Right } from '../harmless.ts'

const sales = source('sales', { item: codec.tuple(codec.string, codec.int) })

export default {
  right: 'the highest of totals that only rise: the last of them, whichever of the others were passed by',
  job: job(
    'sales',
    sales
      .sumByKey(store('totals', { key: codec.string, sum }))
      .map(([, { before, delta }]) => ['all', option.getOrElse(() => 0)(before) + delta] as const)
      .sumByKey(store('highest', { key: codec.string, sum: max(Ord) })),
  ),
  inputs: { sales: Array.from({ length: 40 }, (_, i) => [`k${i % 4}`, i % 6]) },
} satisfies Right
