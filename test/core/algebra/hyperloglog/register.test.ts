import fc from 'fast-check'
import { expect, it } from 'vitest'
import { downsized, entryOf, isRegister, precisionOf, registerOf } from '../../../../core/algebra/hyperloglog/register.ts'

/** Hashes of which many have long runs of zeros, as true ones have once in years. */
const hashes = fc
  .tuple(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), fc.nat(64), fc.nat(18))
  .map(([hash, zeros, kept]) => BigInt.asUintN(64, ((hash >> BigInt(zeros)) << BigInt(zeros)) | (hash & ((1n << BigInt(kept)) - 1n))))
const precisions = fc.integer({ min: 4, max: 18 })

const registerFrom = (hash: bigint, p: number) => registerOf(Number(BigInt.asIntN(32, hash)), Number(BigInt.asIntN(32, hash >> 32n)), p)

it('a register is the lowest bits of a hash, and the zeros that follow', () => {
  fc.assert(
    fc.property(hashes, precisions, (hash, p) => {
      const rest = (hash >> BigInt(p)).toString(2).padStart(64 - p, '0')
      const zeros = rest.includes('1') ? rest.length - 1 - rest.lastIndexOf('1') : rest.length
      const register = registerFrom(hash, p)
      expect(precisionOf(register)).toBe(p)
      expect(entryOf(register) >>> 6).toBe(Number(hash & ((1n << BigInt(p)) - 1n)))
      expect(entryOf(register) & 63).toBe(zeros + 1)
      expect(isRegister(register)).toBe(true)
    }),
    { numRuns: 5000 },
  )
})

it('an entry brought down is the one the hash has at that precision', () => {
  fc.assert(
    fc.property(hashes, precisions, precisions, (hash, p, q) => {
      const [from, to] = [Math.max(p, q), Math.min(p, q)]
      expect(downsized(entryOf(registerFrom(hash, from)), from, to)).toBe(entryOf(registerFrom(hash, to)))
    }),
    { numRuns: 5000 },
  )
})
