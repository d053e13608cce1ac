import { codec, job, source, store } from 'tanager'
import { first, last } from 'tanager/algebra'
import type { Right } from '../harmless.ts'

const web = source('web', { item: codec.tuple(codec.string, codec.string, codec.int) })
const app = source('app', { item: codec.tuple(codec.string, codec.string, codec.int) })

const edits = web.merge(app).map(([user, city, at]) => [user, [city, at]] as const)

export default {
  right: 'the first and the last by their time, from two sources, some at the same time',
  job: job(
    'profiles',
    edits.sumByKey(store('cities', { key: codec.string, sum: last(codec.string) })),
    edits.sumByKey(store('origins', { key: codec.string, sum: first(codec.string) })),
  ),
  inputs: {
    web: Array.from({ length: 20 }, (_, i) => [`u${i % 3}`, `w${i % 5}`, (i * 3) % 4]),
    app: Array.from({ length: 20 }, (_, i) => [`u${i % 3}`, `a${i % 4}`, (i * 5) % 4]),
  },
} satisfies Right
