import { sweep } from './sweep.ts'

interface Size {
  readonly rounds: number
  readonly records: number
  readonly batches: number
}

export const sweepBatches = sweep<Size>({
  name: 'sweep-batches',
  asks: 'one record to a batch or twenty thousand: what does a record cost?',
  sizes: { full: { rounds: 5, records: 2_000_000, batches: 10_000 }, quick: { rounds: 1, records: 1_000_000, batches: 2_000 } },
  points: ({ records: most, batches }) =>
    [1, 10, 100, 1_000, 5_000, 20_000].map((batchRecords) => {
      const records = Math.min(most, batchRecords * batches)
      return {
        label: batchRecords.toLocaleString('en-US'),
        setup: { subject: 'beacons', shape: { keys: 10_000 }, options: { batch: { batchRecords, batchLength: 1 << 22 } } },
        warmUp: records,
        records,
      }
    }),
  title: 'Beacons in ever larger batches',
  varied: 'records to a batch',
  figures: () => [],
})
