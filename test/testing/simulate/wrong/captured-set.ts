import { codec, job, source, store } from 'tanager'
import { count } from 'tanager/algebra'
import type { Mistake } from '../mistake.ts'

const visits = source('visits', { item: codec.string })

export default {
  // Each worker has a Set of its own, it is gone with its process, and a batch that is tried again finds itself in it.
  // Mended: a store knows who was there: `sumByKey`, and go on with the changes whose `before` is none.
  mistake: 'who was seen before, in a Set',
  make: () => {
    const seen = new Set<string>()
    const first = (visitor: string) => {
      if (seen.has(visitor)) return false
      seen.add(visitor)
      return true
    }
    return job(
      'visitors',
      visits
        .filter(first)
        .map((visitor) => ['all', visitor] as const)
        .aggregateByKey(store('visitors', { key: codec.string, sum: count })),
    )
  },
  inputs: { visits: ['ada', 'bob', 'ada', 'eve', 'bob', 'ada'] },
  says: [
    'visitors: filter·map·prepare: filter(first) answers true, then false, to the same record "ada": it keeps something from one call to the next. What is to be kept from record to record belongs in a store: keyBy(…).sumByKey(…).',
  ],
} satisfies Mistake
