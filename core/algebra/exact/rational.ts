import type { Expansion } from './expansion.ts'

// For readers only, one total at a time: what is exact up to here should not be lost in the last line.

/** 2^1074: every double is a whole multiple of one over it. */
export const unit = 1n << 1074n

const bits = new DataView(new ArrayBuffer(8))

/** An exact sum times `unit`. */
export function inUnits(expansion: Expansion): bigint {
  let all = 0n
  for (const part of expansion) {
    bits.setFloat64(0, Math.abs(part))
    const word = bits.getBigUint64(0)
    const exponent = word >> 52n
    const fraction = word & 0xf_ffff_ffff_ffffn
    const size = exponent === 0n ? fraction : (fraction | (1n << 52n)) << (exponent - 1n)
    all += part < 0 ? -size : size
  }
  return all
}

/** The double nearest to a quotient; NaN for 0 / 0. */
export function ratio(numerator: bigint, denominator: bigint): number {
  if (denominator === 0n) return Number(numerator > 0n) / 0 - Number(numerator < 0n) / 0
  if (numerator === 0n) return 0
  const negative = numerator < 0n !== denominator < 0n
  const a = numerator < 0n ? -numerator : numerator
  const b = denominator < 0n ? -denominator : denominator
  // Some more bits than a double has; the last one stands for all that are cut off.
  const shift = 64 - 4 * (a.toString(16).length - b.toString(16).length)
  const [scaled, by] = shift < 0 ? [a, b << BigInt(-shift)] : [a << BigInt(shift), b]
  const quotient = scaled / by
  const digits = Number(scaled % by === 0n ? quotient : quotient | 1n)
  // In two steps: 2^-shift alone may be out of range where the quotient is not.
  const half = Math.trunc(shift / 2)
  const size = digits * 2 ** -half * 2 ** (half - shift)
  return negative ? -size : size
}
