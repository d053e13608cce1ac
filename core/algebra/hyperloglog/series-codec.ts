import type { Codec } from '../../codec/codec.ts'
import { must, type Reader } from '../sketch/binary/reader.ts'
import { sealed } from '../sketch/binary/sealed.ts'
import { type Entry, isPrecision, isRank, isRegister } from './register.ts'
import { type HyperLogLogSeries, isSighting, latestIn, ofSightings, type Sightings, sightingsOf } from './series.ts'

/** The times a series takes: the span between any two is a whole number that a double holds. 140 000 years both ways. */
export const isTime = (at: unknown): at is number => Number.isInteger(at) && Math.abs(at as number) < 2 ** 52

/**
 * The precision, how many sightings, the latest time, and for each sighting how far its entry is from the one before and how
 * long its time is before the latest: four to six bytes for one, mostly.
 */
export const seriesCodec: Codec<HyperLogLogSeries> = sealed<HyperLogLogSeries>({
  id: 'hyperLogLogSeries',
  letter: 'H',
  version: 1,
  is: isSeries,
  write: (value, to) => {
    const { p, entries, times } = sightingsOf(value)
    const latest = latestIn(value)
    to.byte(p)
    to.count(entries.length)
    if (latest === undefined) return
    to.float(latest)
    let before = 0
    for (let i = 0; i < entries.length; i++) {
      to.count((entries[i] as Entry) - before)
      to.count(latest - (times[i] as number))
      before = entries[i] as Entry
    }
  },
  read: (from) => ofSightings(readSightings(from)),
  single: {
    toJson: (value) => (isSighting(value) ? value : undefined),
    fromJson: (json) => (isPair(json) ? Object.freeze([json[0], json[1] + 0] as const) : undefined),
  },
})

function readSightings(from: Reader): Sightings {
  const p = from.byte()
  must(isPrecision(p), 'a precision from 4 to 18')
  const length = from.length(2)
  const entries = new Int32Array(length)
  const times = new Float64Array(length)
  if (length === 0) return { p, entries, times }
  const latest = from.finite()
  must(isTime(latest), 'times in whole milliseconds')
  let newest = Number.NEGATIVE_INFINITY
  let entry = 0
  for (let i = 0; i < length; i++) {
    const before = entry
    entry += from.count()
    const time = latest - from.count()
    must(
      entry > before && entry >>> 6 < 1 << p && entry < 2 ** 24 && isRank(entry & 63, p),
      'registers in their order, with ranks there can be',
    )
    must(isTime(time), 'times in whole milliseconds')
    must(entry >>> 6 !== before >>> 6 || i === 0 || time < (times[i - 1] as number), 'ranks that rise while their times fall')
    entries[i] = entry
    times[i] = time
    newest = Math.max(newest, time)
  }
  must(newest === latest, 'the latest time among the others')
  return { p, entries, times }
}

function isSeries(value: unknown): boolean {
  if (Array.isArray(value)) return isPair(value)
  if (typeof value !== 'object' || value === null) return false
  const { p, entries, times } = value as Partial<Sightings>
  return isPrecision(p as number) && entries instanceof Int32Array && times instanceof Float64Array && entries.length === times.length
}

function isPair(value: unknown): value is readonly [number, number] {
  return Array.isArray(value) && value.length === 2 && isRegister(value[0]) && isTime(value[1])
}
