import { codec, job, source, store } from 'tanager'
import { count } from 'tanager/algebra'
import type { Mistake } from '../mistake.ts'

const lines = source('lines', { item: codec.string })

export default {
  // With /g, `test` goes on from where it stopped last time, in another line: about every second match is missed.
  // Mended: leave the g out.
  mistake: 'a regular expression with a memory',
  make: () => {
    const failed = / 5\d\d /g
    return job(
      'errors',
      lines
        .filter((line) => failed.test(line))
        .map((line) => [line.slice(0, 3), line] as const)
        .aggregateByKey(store('errors', { key: codec.string, sum: count })),
    )
  },
  inputs: { lines: ['GET / 200 12', 'GET /tea 500 0', 'PUT /cup 503 0', 'GET /tea 500 0'] },
  says: [
    'errors: filter·map·prepare: filter answers true, then false, to the same record "GET /tea 500 0": it keeps something from one call to the next. What is to be kept from record to record belongs in a store: keyBy(…).sumByKey(…).',
  ],
} satisfies Mistake
