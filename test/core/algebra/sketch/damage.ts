import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { checksum } from '../../../../core/algebra/sketch/binary/checksum.ts'
import type { Codec } from '../../../../core/codec/index.ts'
import { TanagerError } from '../../../../core/error.ts'

const runs = { numRuns: 1000 }

interface Damage {
  readonly flips: readonly { readonly at: number; readonly bits: number }[]
  readonly keep: number
  readonly more: Uint8Array
}

const damages: fc.Arbitrary<Damage> = fc.record({
  flips: fc.array(fc.record({ at: fc.nat(), bits: fc.integer({ min: 1, max: 255 }) }), { maxLength: 3 }),
  // Mostly all of it.
  keep: fc.oneof({ weight: 3, arbitrary: fc.constant(1) }, fc.double({ min: 0, max: 1, noNaN: true })),
  more: fc.oneof({ weight: 4, arbitrary: fc.constant(new Uint8Array()) }, fc.uint8Array({ maxLength: 3 })),
})

function damaged(bytes: Uint8Array, { flips, keep, more }: Damage): Uint8Array {
  const kept = Uint8Array.of(...bytes.subarray(0, Math.floor(keep * bytes.length)), ...more)
  for (const { at, bits } of flips) if (kept.length > 0) kept[at % kept.length] = (kept[at % kept.length] as number) ^ bits
  return kept
}

/** The same bytes with the checksum they should have: as someone writes them who knows the format. */
export function resealed(bytes: Uint8Array): Uint8Array {
  const whole = bytes.slice()
  if (whole.length >= 4) new DataView(whole.buffer).setUint32(whole.length - 4, checksum(whole, whole.length - 4), true)
  return whole
}

/** Reads what may be damaged: what is read is what the bytes say, and everything else is refused in the proper way. */
function readOrRefused<V>({ binary }: Codec<V>, bytes: Uint8Array): 'read' | 'refused' {
  let value: V
  try {
    value = (binary as NonNullable<Codec<V>['binary']>).fromBytes(bytes)
  } catch (thrown) {
    if (!(thrown instanceof TanagerError && thrown.code === 'decode')) throw thrown
    return 'refused'
  }
  expect(binary?.toBytes(value)).toStrictEqual(bytes)
  return 'read'
}

/** What a codec of a sketch owes to whoever reads a store that is not what it was. */
export function damageLaws<V>(codec: Codec<V>, values: fc.Arbitrary<V>): void {
  const { toBytes, fromBytes } = codec.binary as NonNullable<Codec<V>['binary']>
  const bytes = values.map(toBytes)

  describe('bytes that are not what they were', () => {
    it('are refused, if anything has changed', () =>
      fc.assert(
        fc.property(bytes, damages, (whole, damage) => {
          const after = damaged(whole, damage)
          expect(readOrRefused(codec, after)).toBe(Buffer.compare(after, whole) === 0 ? 'read' : 'refused')
        }),
        runs,
      ))

    it('are refused or read as what they say, if their checksum was made to agree', () =>
      fc.assert(
        fc.property(bytes, damages, (whole, damage) => {
          readOrRefused(codec, resealed(damaged(whole, damage)))
        }),
        runs,
      ))

    it('are refused, if they are just any', () =>
      fc.assert(
        fc.property(fc.uint8Array({ maxLength: 40 }), (any) => {
          readOrRefused(codec, any)
        }),
        runs,
      ))

    it('are refused with both versions named, if a newer tanager wrote them', () =>
      fc.assert(
        fc.property(bytes, (whole) => {
          const newer = whole.slice()
          newer[1] = 2
          expect(() => fromBytes(resealed(newer))).toThrow(/of version 2.*allowed: version 1 \(a newer tanager/)
        }),
        { numRuns: 20 },
      ))

    it.each([[undefined], [null], ['x'], [{}], [true], [Number.NaN]])('are not made of %j', (nothing) => {
      for (const write of [codec.encode, codec.toJson, toBytes]) {
        expect(() => write(nothing as V)).toThrow(expect.objectContaining({ name: 'TanagerError', code: 'encode' }))
      }
    })

    it.each([[null], [true], [{}], [[1, 'x']], [['a', 'b', 'c', 'd']], ['no base64'], ['']])('nor is the JSON %j read', (json) => {
      expect(() => codec.fromJson(json)).toThrow(expect.objectContaining({ name: 'TanagerError', code: 'decode' }))
    })
  })
}
