import { aggregation, codec, job, source, store } from 'tanager'
import type { Mistake } from '../mistake.ts'

interface Range {
  readonly low: number
  readonly high: number
  readonly since: Date
}

const readings = source('readings', { item: codec.tuple(codec.string, codec.int) })

// JSON has no Date: once written and read, it is a text. (`codec.json` refuses it; this codec does not.)
// Mended: `codec.struct({ low: codec.int, high: codec.int, since: codec.date })`.
const range = aggregation<Range, number>({
  id: 'range',
  value: codec.of<Range>({ id: 'range', encode: JSON.stringify, decode: JSON.parse }),
  semigroup: {
    concat: (a, b) => ({ low: Math.min(a.low, b.low), high: Math.max(a.high, b.high), since: a.since }),
  },
  prepare: (reading) => ({ low: reading, high: reading, since: new Date(reading * 1000) }),
})

export default {
  mistake: 'a value that JSON cannot write',
  make: () => job('readings', readings.aggregateByKey(store('ranges', { key: codec.string, sum: range }))),
  inputs: { readings: [3, 1, 4].map((reading) => ['oven', reading]) },
  says: [
    'readings: comes out differently on a cluster than in memory, since values of store ranges: codec range: does not come back: {low: 4, high: 4, since: 1970-01-01T00:00:04.000Z} is written {"low":4,"high":4,"since":"1970-01-01T00:00:04.000Z"} and read as {low: 4, high: 4, since: "1970-01-01T00:00:04.000Z"}',
    '  store ranges, key "oven": memory has {low: 4, high: 4, since: 1970-01-01T00:00:04.000Z}, the simulation has {low: 4, high: 4, since: "1970-01-01T00:00:04.000Z"}',
    '  with these records:',
    '    readings: ["oven", 4]',
    '  when this happens (1 worker, 1 partition a store):',
    '    client of readings sends batch 1: ["oven", 4]',
    '    worker 1 begins batch 1 of readings',
    '    worker 1 commits batch 1 of readings: ranges is to get "oven": {low: 4, high: 4, since: "1970-01-01T00:00:04.000Z"}',
    '    worker 1 begins the merge of ranges',
    '    worker 1 merges into ranges: "oven" is {low: 4, high: 4, since: "1970-01-01T00:00:04.000Z"}',
  ],
} satisfies Mistake
