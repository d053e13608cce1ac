import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { plain, type Size, settingsOf } from '../../../testing/simulate/settings.ts'

const seeds = fc.integer({ min: 0, max: 2 ** 31 })
const sizes: fc.Arbitrary<Size> = fc.record({
  records: fc.integer({ min: 1, max: 100_000 }),
  length: fc.integer({ min: 0, max: 10_000_000 }),
})

const parts = (settings: ReturnType<typeof settingsOf>) => settings as Required<ReturnType<typeof settingsOf>>

describe('how a run is set up', () => {
  it('is something a cluster can be, whatever there is to send', () =>
    fc.assert(
      fc.property(seeds, sizes, (seed, size) => {
        const { partitions, workers, batchRecords, crashes, duplicates, losses, failures, attempts, reconcileEvery, steps, limits, room } =
          parts(settingsOf(seed, size, {}))
        for (const one of [partitions, workers, batchRecords, attempts, reconcileEvery, steps, ...Object.values({ ...limits, ...room })]) {
          expect(Number.isSafeInteger(one) && (one as number) >= 1, JSON.stringify({ limits, room, batchRecords })).toBe(true)
        }
        for (const chance of [crashes, duplicates, losses, failures]) expect(chance >= 0 && chance <= 0.2).toBe(true)
        expect(partitions).toBeLessThanOrEqual(4)
        expect(workers).toBeLessThanOrEqual(4)
        // Many batches take long, and show little.
        expect(size.records / batchRecords).toBeLessThanOrEqual(40)
      }),
    ))

  it('is the same for the same seed', () =>
    fc.assert(
      fc.property(seeds, sizes, (seed, size) => {
        expect(settingsOf(seed, size, {})).toEqual(settingsOf(seed, size, {}))
      }),
    ))

  it('is as it is given, and otherwise as if nothing had been given', () =>
    fc.assert(
      fc.property(seeds, sizes, fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 9 }), (seed, size, partitions, workers) => {
        const drawn = settingsOf(seed, size, {})
        expect(settingsOf(seed, size, { partitions, workers, crashes: 0.5 })).toEqual({ ...drawn, partitions, workers, crashes: 0.5 })
        expect(settingsOf(seed, size, { crashes: false })).toEqual({ ...drawn, crashes: 0 })
        expect(settingsOf(seed, size, { crashes: 0 })).toEqual({ ...drawn, crashes: 0 })
      }),
    ))

  it('is another way for another seed: a hundred of them have been nearly everywhere', () => {
    const runs = Array.from({ length: 100 }, (_, seed) => parts(settingsOf(seed, { records: 50, length: 500 }, {})))
    const different = (of: (run: (typeof runs)[number]) => unknown) => new Set(runs.map(of)).size
    expect(different(({ partitions }) => partitions)).toBe(4)
    expect(different(({ workers }) => workers)).toBe(4)
    for (const name of ['crashes', 'duplicates', 'losses', 'failures', 'batchRecords', 'reconcileEvery'] as const) {
      expect(
        different((run) => run[name]),
        name,
      ).toBeGreaterThanOrEqual(3)
    }
    expect(different(({ limits }) => JSON.stringify(limits))).toBeGreaterThanOrEqual(12)
    expect(different(({ room }) => JSON.stringify(room))).toBe(4)
  })

  it('has a plainest form, in which nothing goes wrong', () => {
    const { crashes, duplicates, losses, failures, partitions, workers } = plain
    expect([crashes, duplicates, losses, failures]).toEqual([0, 0, 0, 0])
    expect([partitions, workers]).toEqual([1, 1])
  })
})
