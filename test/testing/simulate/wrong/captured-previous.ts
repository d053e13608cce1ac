import { codec, job, source, store } from 'tanager'
import { sum } from 'tanager/algebra'
import type { Mistake } from '../mistake.ts'

const readings = source('readings', { item: codec.int })

export default {
  // The record before is one of the same batch, of another one, or of another meter's, as it happens.
  // Mended: a store of the readings by their time, or an aggregation that keeps the first and the last of them.
  mistake: 'the difference to the record before',
  make: () => {
    let previous = 0
    const sincePrevious = (reading: number) => {
      const used = reading - previous
      previous = reading
      return used
    }
    return job(
      'meter',
      readings
        .map(sincePrevious)
        .map((used) => ['used', used] as const)
        .sumByKey(store('used', { key: codec.string, sum })),
    )
  },
  inputs: { readings: [10, 12, 12, 17, 30] },
  says: [
    'meter: map·map: map(sincePrevious) answers 10, then 0, to the same record 10: it keeps something from one call to the next. What is to be kept from record to record belongs in a store: keyBy(…).sumByKey(…).',
  ],
} satisfies Mistake
