import { codec, job, option, sink, source, store } from 'tanager'
import { count } from 'tanager/algebra'
import type { Right } from '../harmless.ts'

const visits = source('visits', { item: codec.string })
const firsts = (a: readonly string[], b: readonly string[]) => [...a].sort().join(' ') === [...b].sort().join(' ')

export default {
  right: 'who comes for the first time: a change whose before is none, once a key however changes are merged',
  job: job(
    'visitors',
    visits
      .map((visitor) => [visitor, visitor] as const)
      .aggregateByKey(store('visits-of', { key: codec.string, sum: count }))
      .filter(([, { before }]) => option.isNone(before))
      .keys()
      .write(sink('new', { item: codec.string }))
      .map((visitor) => ['all', visitor] as const)
      .aggregateByKey(store('visitors', { key: codec.string, sum: count })),
  ),
  inputs: { visits: Array.from({ length: 40 }, (_, i) => `v${(i * i) % 9}`) },
  options: { equals: { new: firsts } },
} satisfies Right
