import { sweep } from './sweep.ts'

interface Size {
  readonly rounds: number
  readonly records: number
}

/** Of one store: one to eight for each of two processors. */
const partitions = [1, 2, 4, 8, 16]

export const sweepPartitions = sweep<Size>({
  name: 'sweep-partitions',
  asks: 'a store in one part or in sixteen: what does a record cost one worker?',
  sizes: { full: { rounds: 5, records: 2_000_000 }, quick: { rounds: 1, records: 1_000_000 } },
  points: ({ records }) =>
    partitions.map((count) => ({
      label: String(count),
      setup: { subject: 'beacons', shape: { keys: 10_000 }, options: { partitions: count } },
      warmUp: 500_000,
      records,
    })),
  title: 'Beacons into a store of ever more partitions',
  varied: 'partitions',
  figures: () => [],
})
