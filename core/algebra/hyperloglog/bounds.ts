import type { Estimate } from '../sketch/estimate.ts'

// Ertl 2017, as m grows: sqrt(3 ln 2 - 1).
const errorOfOne = 1.0389617614

/**
 * Bounds from the standard error. That is a factor, not a length: an estimate half as large as the truth is as likely as
 * one twice as large, and no bound is below 0.
 *
 * @param used registers in use: each stands for an element, at least
 */
export function bounded(estimate: number, used: number, p: number, confidence: number): Estimate {
  // Four fewer: of 16 or 32 registers the error is that much greater than the formula for many has it, as simulation shows.
  const error = errorOfOne / Math.sqrt((1 << p) - 4)
  const factor = Math.exp(deviations(confidence) * error)
  return Object.freeze({
    estimate,
    min: Math.max(used, Math.floor(estimate / factor)),
    max: Math.ceil(estimate * factor),
    confidence,
  })
}

/** How many standard errors on both sides hold this share of a normal distribution. */
function deviations(confidence: number): number {
  // The share outside falls as they grow; 40 leave out less than any double can say.
  let low = 0
  let high = 40
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2
    if (outside(middle) > 1 - confidence) low = middle
    else high = middle
  }
  return high
}

/** The share of a normal distribution further out than so many standard errors: Abramowitz and Stegun 7.1.28, to 3e-7. */
function outside(deviations: number): number {
  const x = deviations / Math.SQRT2
  const series =
    1 + x * (0.0705230784 + x * (0.0422820123 + x * (0.0092705272 + x * (0.0001520143 + x * (0.0002765672 + x * 0.0000430638)))))
  return series ** -16
}
