import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Interval } from '../../../core/engine/outputs/alarm.ts'
import { lookAtRange, type RangeMemory } from '../../../core/engine/outputs/range.ts'
import { lookAtTracks, type StillMemory, type Track } from '../../../core/engine/outputs/still.ts'

const per = 1200

/** How many of some writes are in the last so many milliseconds. */
const within = (writes: readonly number[], now: number, length: number) => writes.filter((at) => at > now - length && at <= now).length

interface Seen {
  readonly at: number
  readonly stands: boolean
  readonly changed: boolean
}

/** Looks at some writes at some times, as the monitor would. */
function lookedAt(range: Interval, writes: readonly number[], looks: readonly number[]): readonly Seen[] {
  let memory: RangeMemory | undefined
  let stands = false
  return looks.map((at) => {
    const look = lookAtRange(range, memory, writes.filter((write) => write <= at).length, at)
    // Whoever looks next reads it from a note.
    memory = JSON.parse(JSON.stringify(look.memory)) as RangeMemory
    const is = look.verdict === undefined ? stands : look.verdict === 'broken'
    const changed = is !== stands
    stands = is
    return { at, stands, changed }
  })
}

const ranges = fc
  .tuple(fc.option(fc.nat(20), { nil: undefined }), fc.option(fc.nat(20), { nil: undefined }))
  .filter(([a, b]) => a !== undefined || b !== undefined)
  .map(([a, b]): Interval => {
    const [atLeast, atMost] = a !== undefined && b !== undefined && a > b ? [b, a] : [a, b]
    return { per, ...(atLeast === undefined ? {} : { atLeast }), ...(atMost === undefined ? {} : { atMost }) }
  })

/** Bursts and silences: from each write to the next. */
const history = fc
  .array(fc.oneof({ weight: 6, arbitrary: fc.nat(150) }, { weight: 1, arbitrary: fc.integer({ min: 500, max: 3000 }) }), {
    minLength: 20,
    maxLength: 150,
  })
  .map((gaps) => {
    let at = 0
    return gaps.map((gap) => {
      at += gap
      return at
    })
  })

const times = (gap: fc.Arbitrary<number>) =>
  fc.array(gap, { minLength: 20, maxLength: 150 }).map((gaps) => {
    let at = 0
    return gaps.map((gap) => {
      at += gap
      return at
    })
  })

const isIn = ({ atLeast = 0, atMost = Number.POSITIVE_INFINITY }: Interval, count: number) => count >= atLeast && count <= atMost

describe('an alarm over a range', () => {
  it('begins only where the range is broken over a whole interval, and ends only where it is kept, whenever anybody looks', () => {
    fc.assert(
      fc.property(
        ranges,
        history,
        times(fc.oneof(fc.integer({ min: 1, max: 200 }), fc.integer({ min: 1, max: 4000 }))),
        (range, writes, looks) => {
          for (const { at, stands, changed } of lookedAt(range, writes, looks)) {
            if (changed) expect(isIn(range, within(writes, at, per))).toBe(!stands)
          }
        },
      ),
      { numRuns: 500 },
    )
  })

  it('stands where the range is broken by more than a look can err, and not where it is kept by as much', () => {
    const gap = per / 12
    let [standing, silent] = [0, 0]
    fc.assert(
      fc.property(ranges, history, times(fc.integer({ min: 1, max: gap })), (range, writes, looks) => {
        const { atLeast = 0, atMost = Number.POSITIVE_INFINITY } = range
        for (const { at, stands } of lookedAt(range, writes, looks)) {
          // Two looks may lie between what is remembered and the bounds of the interval.
          if (at - (looks[0] as number) < per + 2 * gap) continue
          const [short, long] = [within(writes, at, per - 2 * gap), within(writes, at, per + 2 * gap)]
          if (long < atLeast || short > atMost) {
            expect(stands).toBe(true)
            standing += 1
          } else if (short >= atLeast && long <= atMost) {
            expect(stands).toBe(false)
            silent += 1
          }
        }
      }),
      { numRuns: 500 },
    )
    expect(Math.min(standing, silent)).toBeGreaterThan(100)
  })

  it('does not begin where nobody has looked for an interval, nor with the first look', () => {
    const silent = { per, atLeast: 1 }
    expect(lookedAt(silent, [], [0, per + 1, 3 * per]).map(({ stands }) => stands)).toEqual([false, false, false])
    expect(lookedAt(silent, [], [0, per / 2, per]).map(({ stands }) => stands)).toEqual([false, false, true])
  })

  it('stands on where nobody looks, until it is known to be over', () => {
    const looks = [0, per, 9 * per, 9 * per + 1, 9 * per + 100]
    expect(lookedAt({ per, atLeast: 1 }, [9 * per + 50], looks).map(({ stands }) => stands)).toEqual([false, true, true, true, false])
  })

  it('knows nothing where counts or clocks have gone back', () => {
    const { memory } = lookAtRange({ per, atLeast: 1 }, undefined, 100, 1000)
    const back = lookAtRange({ per, atLeast: 1 }, memory, 3, 1000 + per)
    expect(back).toEqual({ verdict: undefined, value: 0, memory: { samples: [[1000 + per, 3]], last: [1000 + per, 3] } })
    expect(lookAtRange({ per, atMost: 1 }, memory, 300, 900).verdict).toBeUndefined()
  })

  it('remembers little, however long the interval is', () => {
    let memory: RangeMemory | undefined
    for (let at = 0; at < 3 * 86_400_000; at += 5000) memory = lookAtRange({ per: 86_400_000, atLeast: 1 }, memory, at, at).memory
    expect(memory?.samples.length).toBeLessThan(16)
  })
})

describe('an alarm over what moves', () => {
  const tracks = fc.array(fc.record({ at: fc.constantFrom(1, 1, 1, 2), waiting: fc.constantFrom(0, 1, 3, 3, 3) }), {
    minLength: 2,
    maxLength: 2,
  })

  it('stands exactly where one track has not moved for an interval, with something waiting at every look', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.integer({ min: 1, max: per }), tracks), { maxLength: 40 }), (looks) => {
        let now = 0
        let memory: StillMemory | undefined
        let stands = false
        const seen: { readonly at: number; readonly tracks: readonly Track[] }[] = []
        for (const [gap, tracks] of looks) {
          now += gap
          seen.push({ at: now, tracks })
          const look = lookAtTracks(per, memory, tracks, { now, stands })
          memory = look.memory
          stands = look.verdict === 'broken'
          const isStill = (i: number) => {
            const moved = seen.findLastIndex(({ tracks: then }) => then[i]?.at !== tracks[i]?.at || then[i]?.waiting === 0)
            const first = seen[moved + 1]
            return first !== undefined && now - first.at >= per
          }
          expect(stands).toBe(isStill(0) || isStill(1))
        }
      }),
      { numRuns: 500 },
    )
  })

  it('does not begin where nobody has looked for an interval, but stands on', () => {
    const stuck = [{ at: 7, waiting: 2 }]
    const { memory } = lookAtTracks(per, undefined, stuck, { now: 0, stands: false })
    expect(lookAtTracks(per, memory, stuck, { now: per + 1, stands: false }).verdict).toBe('kept')
    expect(lookAtTracks(per, memory, stuck, { now: per + 1, stands: true })).toMatchObject({ verdict: 'broken', value: 2 })
    expect(lookAtTracks(per, memory, [{ at: 8, waiting: 2 }], { now: per + 1, stands: true }).verdict).toBe('kept')
  })
})
