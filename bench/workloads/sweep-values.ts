import { sweep } from './sweep.ts'

interface Size {
  readonly rounds: number
  /** Characters in all, at most. */
  readonly characters: number
  readonly records: number
}

export const sweepValues = sweep<Size>({
  name: 'sweep-values',
  asks: 'values of 10 bytes or 10 kilobytes, kept by key: what does a record cost, and what does a megabyte?',
  sizes: {
    full: { rounds: 5, characters: 400_000_000, records: 1_000_000 },
    quick: { rounds: 1, characters: 100_000_000, records: 300_000 },
  },
  points: ({ characters, records: most }) =>
    [10, 100, 1_000, 10_000].map((length) => {
      const records = Math.min(most, characters / length)
      return {
        label: `${length.toLocaleString('en-US')} B`,
        setup: { subject: 'documentsByKey', shape: { keys: 1_000, length } },
        warmUp: Math.min(100_000, records),
        records,
      }
    }),
  title: 'The latest value of each of 1,000 keys, ever longer: sent, merged and stored',
  varied: 'a value',
  figures: () => [],
  more: {
    'per megabyte': ({ setup }, costs) => ({ runs: costs.map(({ both }) => (both / (setup.shape.length ?? 1)) * 1000), unit: 'ms' }),
  },
})
