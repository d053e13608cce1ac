import { codec, job, sink, source, store } from 'tanager'
import { count, list } from 'tanager/algebra'
import type { Right } from '../harmless.ts'

const clicks = source('clicks', { item: codec.string })
const change = codec.json() as never

export default {
  right: 'one change for each element: then they can be counted',
  job: job(
    'clicks',
    clicks
      .keyBy((page) => page)
      .aggregateByKey(store('clicks-of', { key: codec.string, sum: count }), { emit: 'every' })
      .write(sink('each', { item: change }))
      .map(([page]) => [page, page] as const)
      .aggregateByKey(store('changes', { key: codec.string, sum: count })),
    clicks
      .keyBy((page) => page)
      .aggregateByKey(store('trail', { key: codec.string, sum: list(codec.string, { last: 100 }) }), { emit: 'every' })
      .write(sink('steps', { item: change })),
  ),
  inputs: { clicks: Array.from({ length: 40 }, (_, i) => `/${(i * i) % 5}`) },
} satisfies Right
