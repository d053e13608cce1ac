import type { Cost } from '../cost.ts'
import { goals } from '../goals.ts'
import { ratios } from '../statistics.ts'
import { type Point, sweep } from './sweep.ts'

interface Size {
  readonly rounds: number
  readonly records: number
  readonly keys: readonly number[]
}

const label = (keys: number, even: boolean) => `${keys.toLocaleString('en-US')}${even ? ', evenly' : ''}`
const [few, many] = [1_000, 1_000_000]

export const sweepKeys = sweep<Size>({
  name: 'sweep-keys',
  asks: 'ten keys or a million: what does a record cost, once all keys are there?',
  sizes: {
    full: { rounds: 5, records: 2_000_000, keys: [10, 100, 1_000, 10_000, 100_000, 1_000_000] },
    quick: { rounds: 1, records: 1_000_000, keys: [10, 1_000, 1_000_000] },
  },
  points: ({ records, keys }) =>
    [false, true].flatMap((even) =>
      keys
        // Where few of many keys come often, most of a batch is of those; where all come as often, a batch is of as many keys as records.
        .filter((count) => !even || count >= few)
        .map(
          (count): Point => ({
            label: label(count, even),
            setup: { subject: 'beacons', shape: { keys: count, even } },
            warmUp: 500_000,
            records,
          }),
        ),
    ),
  title: 'Beacons over ever more types, which follow Zipf’s law or come evenly; every type is there before it counts',
  varied: 'keys',
  figures: (at) => [
    { ...goals.costByKeys, runs: growth(at, false) },
    {
      ...goals.costByKeys,
      id: `${goals.costByKeys.id}-evenly`,
      what: `${goals.costByKeys.what}, where all come equally often`,
      runs: growth(at, true),
    },
  ],
})

const growth = (at: (label: string) => readonly Cost[], even: boolean) =>
  ratios(
    at(label(many, even)).map(({ both }) => both),
    at(label(few, even)).map(({ both }) => both),
  )
