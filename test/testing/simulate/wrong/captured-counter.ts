import { codec, job, sink, source } from 'tanager'
import type { Mistake } from '../mistake.ts'

const beacons = source('beacons', { item: codec.string })

export default {
  // Each worker counts by itself, and counts what it tries again twice.
  // Mended: draw from the record, as in `filter((beacon) => hash(beacon) % 3 === 0)`.
  mistake: 'every third record, by a counter',
  make: () => {
    let n = 0
    return job('sample', beacons.filter(() => ++n % 3 === 0).write(sink('sample', { item: codec.string })))
  },
  inputs: { beacons: ['/a', '/b', '/c', '/d', '/e', '/f', '/g'] },
  says: [
    'sample: filter answers true, then false, to the same record "/b": it keeps something from one call to the next. What is to be kept from record to record belongs in a store: keyBy(…).sumByKey(…).',
  ],
} satisfies Mistake
