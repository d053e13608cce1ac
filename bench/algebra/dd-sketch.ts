import { codec } from 'tanager'
import { type DDSketch, ddSketch } from 'tanager/algebra'
import { contest, mustHold } from './contest.ts'
import { type DatadogSketch, datadog } from './datadog.ts'
import { cut, durations } from './inputs.ts'
import { asInAJob, inAJob, raw } from './ways.ts'

const relativeAccuracy = 0.01
const sum = ddSketch({ relativeAccuracy })
const merge = sum.concatMany as (values: readonly DDSketch[]) => DDSketch

type Quantile = (q: number) => number

/** Every contender promises the same. */
function accurate(quantile: Quantile, numbers: readonly number[]): void {
  const sorted = Float64Array.from(numbers).sort()
  for (const q of [0.01, 0.25, 0.5, 0.75, 0.9, 0.99, 0.999]) {
    const truth = sorted[Math.floor(q * (sorted.length - 1))] as number
    const answer = quantile(q)
    // A little more than promised, for where a logarithm is rounded.
    mustHold(Math.abs(answer / truth - 1) <= relativeAccuracy * 1.000001, `${answer} at ${q}, where it is ${truth}`)
  }
}

const ofOurs = ({ quantile }: ReturnType<typeof sum.present>, numbers: readonly number[]) => accurate((q) => quantile(q).estimate, numbers)
const ofDatadogs = (sketch: DatadogSketch, numbers: readonly number[]) => accurate((q) => sketch.getValueAtQuantile(q), numbers)

// The same by hand: bins that grow by two hundredths or so, in an array that is known to be long enough for these numbers.
const gamma = (1 + relativeAccuracy) / (1 - relativeAccuracy)
const bins = 4096
const middle = bins / 2

function binned(numbers: readonly number[]): Float64Array {
  const counts = new Float64Array(bins)
  const perBin = 1 / Math.log(gamma)
  for (const number of numbers) {
    const bin = Math.ceil(Math.log(number) * perBin) + middle
    counts[bin] = (counts[bin] as number) + 1
  }
  return counts
}

function ofBins(counts: Float64Array, numbers: readonly number[]): void {
  accurate((q) => {
    const rank = Math.floor(q * (numbers.length - 1))
    let bin = 0
    for (let passed = counts[0] as number; passed <= rank; passed += counts[bin] as number) bin += 1
    return (2 * gamma ** (bin - middle)) / (gamma + 1)
  }, numbers)
}

export const ddSketchAdd = contest({
  what: 'ddSketch, 0.01: add',
  input: durations,
  operations: (numbers) => numbers.length,
  ways: {
    'as in a job': { ready: (numbers) => () => asInAJob(sum, numbers), check: ofOurs },
    raw: { ready: (numbers) => () => raw(sum, numbers), check: ofOurs },
    'job in memory': { ready: (numbers) => () => inAJob(sum, codec.float, numbers), check: ofOurs },
    'bins by hand': { ready: (numbers) => () => binned(numbers), check: ofBins },
    '@datadog/sketches-js': {
      ready: (numbers, peers) => {
        const { DDSketch } = datadog(peers)
        return () => {
          const sketch = new DDSketch({ relativeAccuracy })
          for (const number of numbers) sketch.accept(number)
          return sketch
        }
      },
      check: ofDatadogs,
    },
  },
})

const parts = 16

interface Parts {
  readonly numbers: readonly number[]
  readonly cut: readonly (readonly number[])[]
}

export const ddSketchMerge = contest<Parts>({
  what: 'ddSketch, 0.01: merge',
  input: (size) => {
    const numbers = cut(durations(size), parts)
    return { numbers: numbers.flat(), cut: numbers }
  },
  operations: () => parts - 1,
  ways: {
    'two at a time': {
      times: 2_000,
      ready: (parts) => {
        const totals = parts.cut.map((part) => merge(part.map(sum.prepare)))
        return () => totals.reduce(sum.semigroup.concat)
      },
      check: (all: DDSketch, { numbers }) => ofOurs(sum.present(all), numbers),
    },
    'all at once': {
      times: 2_000,
      ready: (parts) => {
        const totals = parts.cut.map((part) => merge(part.map(sum.prepare)))
        return () => merge(totals)
      },
      check: (all: DDSketch, { numbers }) => ofOurs(sum.present(all), numbers),
    },
    'bins by hand': {
      times: 1_000,
      ready: (parts) => {
        const totals = parts.cut.map(binned)
        return () => {
          const all = new Float64Array(bins)
          for (const counts of totals) for (let bin = 0; bin < bins; bin++) all[bin] = (all[bin] as number) + (counts[bin] as number)
          return all
        }
      },
      check: (counts: Float64Array, { numbers }) => ofBins(counts, numbers),
    },
    '@datadog/sketches-js': {
      times: 2_000,
      ready: (parts, peers) => {
        const { DDSketch } = datadog(peers)
        const sketches = parts.cut.map((part) => {
          const sketch = new DDSketch({ relativeAccuracy })
          for (const number of part) sketch.accept(number)
          return sketch
        })
        return () => {
          // Merging writes into the one that merges: an empty one, so that the others stay as they are.
          const all = new DDSketch({ relativeAccuracy })
          for (const sketch of sketches) all.merge(sketch)
          return all
        }
      },
      check: (sketch: DatadogSketch, { numbers }) => ofDatadogs(sketch, numbers),
    },
  },
})
