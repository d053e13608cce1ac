/** Which bin a magnitude falls into: bin `i` holds those above `gamma^(i-1)`, up to `gamma^i`. */
export interface Mapping {
  readonly binOf: (magnitude: number) => number
  /** The number that is within the relative accuracy of all in the bin. */
  readonly middleOf: (bin: number) => number
  /** Not above anything in the bin. */
  readonly lowerOf: (bin: number) => number
  /** Not below anything in the bin. */
  readonly upperOf: (bin: number) => number
}

/** Smaller magnitudes are not told from 0: below, doubles have fewer digits than an accuracy may ask for. */
export const leastMagnitude = 2.2250738585072014e-308

// A logarithm is rounded, so a number beside the edge of a bin may be counted on its other side. It is never farther from
// the edge than this: a logarithm of at most 710 with a relative error of about 2^-52, some of them added up.
const slack = 1e-12

export function mappingOf(relativeAccuracy: number): Mapping {
  const gamma = (1 + relativeAccuracy) / (1 - relativeAccuracy)
  // The logarithm of a number close to 1 loses digits that log1p keeps.
  const width = Math.log1p((2 * relativeAccuracy) / (1 - relativeAccuracy))
  const perWidth = 1 / width
  const edge = (bin: number) => Math.exp(bin * width)
  return Object.freeze({
    binOf: (magnitude: number) => Math.ceil(Math.log(magnitude) * perWidth),
    // The last edge may lie beyond the doubles, its middle hardly; who asks cuts both at the greatest value there was.
    middleOf: (bin: number) => edge(bin - 1) * ((2 * gamma) / (1 + gamma)),
    lowerOf: (bin: number) => edge(bin - 1) * (1 - slack),
    upperOf: (bin: number) => edge(bin) * (1 + slack),
  })
}
