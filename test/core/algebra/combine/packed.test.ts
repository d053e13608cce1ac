import fc from 'fast-check'
import { left, right } from 'fp-ts/lib/Either.js'
import { none, some } from 'fp-ts/lib/Option.js'
import { aggregation, codec, TanagerError } from 'tanager'
import { eventually, list, option, struct, sum, tuple } from 'tanager/algebra'
import { describe, expect, it } from 'vitest'
import { semigroupLaws } from '../laws.ts'

/** Something that stores keep as bytes. */
const blob = aggregation<Uint8Array>({ id: 'blob', value: codec.bytes, semigroup: { concat: (a, b) => new Uint8Array([...a, ...b]) } })
const blobs = fc.uint8Array({ maxLength: 3 })
const ints = fc.integer()
const options = <A>(values: fc.Arbitrary<A>) => fc.oneof(values.map(some), fc.constant(none))
const sizes = eventually(list(codec.int, { first: 100 }), blob, {
  past: 3,
  size: (all) => all.length,
  inputs: (all) => all.map((byte) => Uint8Array.of(byte)),
})
const few = fc.array(fc.nat(255), { minLength: 1, maxLength: 2 }).map((all) => right(all) as never)

semigroupLaws('tuple(blob, sum)', tuple(blob, sum), fc.tuple(blobs, ints))
semigroupLaws(
  'struct(blob, sum, option)',
  struct({ b: blob, a: sum, ['__proto__']: option(blob) }),
  fc.record({ b: blobs, a: ints, ['__proto__']: options(blobs) }),
)
semigroupLaws('option(tuple(blob))', option(tuple(blob)), options(fc.tuple(blobs)))
semigroupLaws('eventually(list, blob)', sizes, few)

const pair = tuple(blob, sum)
const bytesOf = (value: readonly [Uint8Array, number]) => pair.codec.binary?.toBytes(value) as Uint8Array
const read = (bytes: Uint8Array) => pair.codec.binary?.fromBytes(bytes)

describe('combined aggregations with bytes inside', () => {
  it('are kept as bytes, the parts as they are', () => {
    expect([...bytesOf([new Uint8Array([7, 8]), 5])]).toEqual([80, 1, 0, 2, 7, 8, 1, '5'.charCodeAt(0)])
    expect(tuple(sum, sum).codec.binary).toBeUndefined()
    expect(sizes.codec.binary?.fromBytes(Uint8Array.from([80, 1, 0, 2, 7, 8]))).toEqual(left(new Uint8Array([7, 8])))
  })

  it('refuse bytes that were cut, that have grown, that are of another kind or version', () => {
    const bytes = bytesOf([new Uint8Array([7, 8]), 5])
    const other = (at: number, byte: number) => bytes.map((old, i) => (i === at ? byte : old))
    for (let length = 0; length < bytes.length; length++) expect(() => read(bytes.slice(0, length))).toThrow(TanagerError)
    expect(() => read(Uint8Array.from([...bytes, 0]))).toThrow('got "9 bytes"; allowed: nothing behind the last part')
    expect(() => read(other(0, 0))).toThrow('bytes that begin with 80')
    expect(() => read(other(1, 2))).toThrow('version 1 (a newer tanager has written this, or it is damaged)')
    expect(() => read(other(2, 1))).toThrow('a form from 0 to 0')
    expect(() => sizes.codec.binary?.fromBytes(Uint8Array.from([80, 1, 1, 9, ...new TextEncoder().encode('[1,2,3,4]')]))).toThrow(
      'up to a size of 3',
    )
  })

  it('read any bytes or refuse them', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 12 }), (tail) => {
        try {
          read(Uint8Array.from([80, 1, 0, ...tail]))
        } catch (error) {
          expect(error).toBeInstanceOf(TanagerError)
        }
      }),
      { numRuns: 1000 },
    )
  })
})
