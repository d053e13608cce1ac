import type { Codec } from '../../../codec/codec.ts'
import { isWellFormed } from '../../../codec/wellformed.ts'
import { must, type Reader } from '../binary/reader.ts'
import { sealed } from '../binary/sealed.ts'
import type { Writer } from '../binary/writer.ts'
import { nothing, type SpaceSaver } from './value.ts'

export function codecOf(id: string, capacity: number): Codec<SpaceSaver> {
  return sealed<SpaceSaver>({
    id,
    letter: 'S',
    version: 1,
    is: (value) => typeof value === 'object' && value !== null && 'kind' in value,
    write: (value, to) => write(value, capacity, to),
    read: (from) => read(from, capacity),
    single: {
      toJson: (value) => (value.kind === 'one' && value.count === 1 ? [value.key] : undefined),
      fromJson: (json) => {
        if (!Array.isArray(json) || json.length !== 1 || typeof json[0] !== 'string' || !isWellFormed(json[0])) return undefined
        return Object.freeze({ kind: 'one', key: json[0], count: 1 })
      },
    },
  })
}

function write(value: SpaceSaver, capacity: number, to: Writer): void {
  to.count(capacity)
  if (value.kind === 'one') {
    to.count(value.count)
    to.count(1)
    to.text(value.key)
    to.count(value.count)
    to.count(0)
    return
  }
  to.count(value.total)
  to.count(value.keys.length)
  for (let i = 0; i < value.keys.length; i++) {
    to.text(value.keys[i] as string)
    to.count(value.counts[i] as number)
    to.count(value.errors[i] as number)
  }
}

function read(from: Reader, capacity: number): SpaceSaver {
  const written = from.count()
  must(written === capacity, `a capacity of ${capacity}; this one has ${written}`)
  const total = from.count()
  const length = from.length(3)
  must(length <= capacity, 'no more keys than the capacity')
  if (length === 0) {
    must(total === 0, 'a total of 0 where there are no keys')
    return nothing
  }
  const keys: string[] = []
  const counts = new Float64Array(length)
  const errors = new Float64Array(length)
  let sum = 0
  for (let i = 0; i < length; i++) {
    const key = from.text()
    const count = from.count()
    const error = from.count()
    must(error < count, 'errors less than their counts')
    must(error === 0 || length === capacity, 'no errors as long as there is room')
    if (i > 0) {
      const before = counts[i - 1] as number
      must(count < before || (count === before && (keys[i - 1] as string) < key), 'counters in their order')
    }
    keys.push(key)
    counts[i] = count
    errors[i] = error
    sum += count
  }
  must(errors.reduce((a, b) => Math.max(a, b)) <= (counts[length - 1] as number), 'errors up to the least count')
  must(new Set(keys).size === length, 'keys that are there once')
  // What is counted too high for one key was given up for another.
  must(sum <= total && (length === capacity || sum === total), 'counts that agree with the total')
  if (length === 1) return Object.freeze({ kind: 'one', key: keys[0] as string, count: total })
  return Object.freeze({ kind: 'some', total, keys: Object.freeze(keys), counts, errors })
}
