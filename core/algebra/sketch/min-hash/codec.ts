import type { Codec } from '../../../codec/codec.ts'
import { must } from '../binary/reader.ts'
import { sealed } from '../binary/sealed.ts'
import { hashes, hashesOf, type MinHash, nothing } from './value.ts'

export function codecOf(id: string, size: number): Codec<MinHash> {
  return sealed<MinHash>({
    id,
    letter: 'M',
    version: 1,
    is: (value) => isHash(value) || Array.isArray(value),
    write: (value, to) => {
      to.count(size)
      const all = hashesOf(value)
      to.count(all.length)
      let next = 0
      for (const one of all) {
        to.count(one - next)
        next = one + 1
      }
    },
    read: (from) => {
      const written = from.count()
      must(written === size, `a size of ${size}; this one has ${written}`)
      const length = from.length(1)
      must(length <= size, 'no more hashes than the size')
      const all: number[] = []
      let next = 0
      for (let i = 0; i < length; i++) {
        const one = next + from.count()
        must(one < hashes, 'hashes of 53 bits')
        all.push(one)
        next = one + 1
      }
      return all.length < 2 ? (all[0] ?? nothing) : Object.freeze(all)
    },
    single: {
      toJson: (value) => (typeof value === 'number' ? value : undefined),
      fromJson: (json) => (isHash(json) ? json : undefined),
    },
  })
}

function isHash(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0 && !Object.is(value, -0)
}
