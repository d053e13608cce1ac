import type { Codec, Json } from '../../../codec/codec.ts'
import { must, type Reader } from '../binary/reader.ts'
import { sealed } from '../binary/sealed.ts'
import { countBits } from './merge.ts'
import type { Shape } from './options.ts'
import { type Bloom, type Few, nothing } from './value.ts'

const few = 0
const many = 1

export function codecOf(id: string, shape: Shape): Codec<Bloom> {
  const { bits, perKey } = shape
  return sealed<Bloom>({
    id,
    letter: 'B',
    version: 1,
    is: (value) => typeof value === 'object' && value !== null && 'kind' in value,
    write: (value, to) => {
      to.count(bits)
      to.count(perKey)
      if (value.kind === 'many') {
        to.byte(many)
        to.raw(value.bytes)
        return
      }
      to.byte(few)
      to.count(value.places.length)
      let next = 0
      for (const place of value.places) {
        to.count(place - next)
        next = place + 1
      }
    },
    read: (from) => {
      const written = [from.count(), from.count()]
      must(
        written[0] === bits && written[1] === perKey,
        `${bits} bits, of which a key sets ${perKey}; here it is ${written[0]} and ${written[1]}`,
      )
      const kind = from.byte()
      must(kind === few || kind === many, 'a list or all bits')
      if (kind === few) return readFew(from, shape)
      const bytes = from.raw(bits / 8)
      const set = countBits(bytes)
      must(set > shape.few, 'all bits only where many are set')
      return Object.freeze({ kind: 'many', bytes, set })
    },
    single: {
      toJson: (value) => (value.kind === 'few' && value.places.length <= perKey ? Array.from(value.places) : undefined),
      fromJson: (json) => (Array.isArray(json) ? fewOf(json, shape) : undefined),
    },
  })
}

function readFew(from: Reader, { bits, few }: Shape): Few {
  const length = from.length(1)
  must(length <= few, 'no more places than are listed')
  const places = new Int32Array(length)
  let next = 0
  for (let i = 0; i < length; i++) {
    const place = next + from.count()
    must(place < bits, 'places within the filter')
    places[i] = place
    next = place + 1
  }
  return length === 0 ? nothing : Object.freeze({ kind: 'few', places })
}

function fewOf(json: readonly Json[], { bits, perKey }: Shape): Few | undefined {
  if (json.length > perKey) return undefined
  let last = -1
  for (const place of json) {
    if (!(typeof place === 'number' && Number.isInteger(place) && place > last && place < bits)) return undefined
    last = place
  }
  return json.length === 0 ? nothing : Object.freeze({ kind: 'few', places: Int32Array.from(json as number[]) })
}
