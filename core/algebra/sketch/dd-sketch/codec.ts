import type { Codec } from '../../../codec/codec.ts'
import { must, type Reader } from '../binary/reader.ts'
import { sealed } from '../binary/sealed.ts'
import type { Writer } from '../binary/writer.ts'
import { leastMagnitude } from './mapping.ts'
import type { Shape } from './merge.ts'
import { type Bins, countOf, type DDSketch, noSide, type Side } from './value.ts'

const number = 0
const bins = 1

export function codecOf(id: string, relativeAccuracy: number, shape: Shape): Codec<DDSketch> {
  return sealed<DDSketch>({
    id,
    letter: 'D',
    version: 1,
    is: (value) => (typeof value === 'number' ? Number.isFinite(value) : typeof value === 'object' && value !== null && 'zeros' in value),
    write: (value, to) => {
      to.float(relativeAccuracy)
      to.count(shape.maxBins)
      if (typeof value === 'number') {
        to.byte(number)
        to.float(value)
      } else {
        to.byte(bins)
        to.count(value.zeros)
        writeSide(value.negative, to)
        writeSide(value.positive, to)
      }
    },
    read: (from) => {
      const accuracy = from.float()
      const maxBins = from.count()
      must(
        accuracy === relativeAccuracy && maxBins === shape.maxBins,
        `a relative accuracy of ${relativeAccuracy} and at most ${shape.maxBins} bins; this one has ${accuracy} and ${maxBins}`,
      )
      const kind = from.byte()
      must(kind === number || kind === bins, 'a number or bins')
      return kind === number ? from.finite() : readBins(from, shape)
    },
    single: {
      toJson: (value) => (typeof value === 'number' ? value : undefined),
      fromJson: (json) => (typeof json === 'number' && Number.isFinite(json) ? json + 0 : undefined),
    },
  })
}

/** Counts from the lowest bin on; a 0 stands before the length of a gap. */
function writeSide(side: Side, to: Writer): void {
  to.count(side.bins.length)
  if (side.bins.length === 0) return
  to.float(side.least)
  to.float(side.greatest)
  to.signed(side.bins[0] as number)
  for (let i = 0; i < side.bins.length; i++) {
    const gap = i === 0 ? 0 : (side.bins[i] as number) - (side.bins[i - 1] as number) - 1
    if (gap > 0) {
      to.byte(0)
      to.count(gap)
    }
    to.count(side.counts[i] as number)
  }
}

function readBins(from: Reader, shape: Shape): Bins {
  const zeros = from.count()
  const value = { negative: readSide(from, shape), zeros, positive: readSide(from, shape) }
  must(countOf(value) <= Number.MAX_SAFE_INTEGER, `a count up to ${Number.MAX_SAFE_INTEGER}`)
  // A single number is kept as it is.
  must(countOf(value) !== 1, 'bins for more than one number')
  return Object.freeze(value)
}

function readSide(from: Reader, { mapping, maxBins }: Shape): Side {
  const length = from.length(1)
  if (length === 0) return noSide
  must(length <= maxBins, 'no more bins than allowed')
  const least = from.finite()
  const greatest = from.finite()
  must(leastMagnitude <= least && least <= greatest, 'magnitudes in their order')
  const numbers = new Int32Array(length)
  const counts = new Float64Array(length)
  let bin = from.signed()
  const lowest = bin
  let total = 0
  for (let i = 0; i < length; i++) {
    let count = from.count()
    if (count === 0) {
      must(i > 0, 'a first bin that is not empty')
      const gap = from.count()
      must(gap > 0 && gap < maxBins, 'gaps between bins')
      bin += gap
      count = from.count()
      must(count > 0, 'bins that are not empty')
    }
    must(bin - lowest < maxBins, 'bins that lie no farther apart than allowed')
    numbers[i] = bin
    counts[i] = count
    total += count
    bin += 1
  }
  // Whoever wrote it may have a logarithm with another last digit.
  const highest = bin - 1
  must(Math.abs(mapping.binOf(greatest) - highest) <= 1, 'a highest bin that holds the greatest number')
  must(Math.abs(Math.max(mapping.binOf(least), highest - maxBins + 1) - lowest) <= 1, 'a lowest bin that holds the least number')
  must(length > 1 || total > 1 || least === greatest, 'as many numbers as extremes')
  return Object.freeze({ count: total, least, greatest, bins: numbers, counts })
}
