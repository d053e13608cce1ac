import type { Codec } from '../../../codec/codec.ts'
import { isWellFormed } from '../../../codec/wellformed.ts'
import { must, type Reader } from '../binary/reader.ts'
import { sealed } from '../binary/sealed.ts'
import type { Writer } from '../binary/writer.ts'
import { fewOf, fits, inOrder } from './merge.ts'
import type { Shape } from './options.ts'
import { estimateOf, mostCandidates } from './table.ts'
import type { CountMin, Many } from './value.ts'

const few = 0
const many = 1

export function codecOf(id: string, shape: Shape): Codec<CountMin> {
  return sealed<CountMin>({
    id,
    letter: 'C',
    version: 1,
    is: (value) => typeof value === 'object' && value !== null && 'kind' in value,
    write: (value, to) => write(value, shape, to),
    read: (from) => read(from, shape),
    single: {
      toJson: (value) => (value.kind === 'one' && value.count === 1 ? [value.key] : undefined),
      fromJson: (json) => {
        if (!Array.isArray(json) || json.length !== 1 || typeof json[0] !== 'string' || !isWellFormed(json[0])) return undefined
        return Object.freeze({ kind: 'one', key: json[0], count: 1 })
      },
    },
  })
}

function write(value: CountMin, shape: Shape, to: Writer): void {
  to.count(shape.width)
  to.count(shape.depth)
  to.float(shape.share)
  if (value.kind === 'many') {
    to.byte(many)
    to.count(value.total)
    for (const cell of value.cells) to.count(cell)
    to.count(value.candidates.length)
    for (const key of value.candidates) to.text(key)
    return
  }
  to.byte(few)
  const entries = value.kind === 'one' ? [[value.key, value.count] as const] : inOrder(value.counts)
  to.count(entries.length)
  for (const [key, count] of entries) {
    to.text(key)
    to.count(count)
  }
}

function read(from: Reader, shape: Shape): CountMin {
  const width = from.count()
  const depth = from.count()
  const share = from.float()
  must(
    width === shape.width && depth === shape.depth && share === shape.share,
    `a table of ${shape.width} x ${shape.depth} with heavy hitters from ${shape.share}; this one has ${width} x ${depth} from ${share}`,
  )
  const kind = from.byte()
  must(kind === few || kind === many, 'keys or a table')
  return kind === few ? readFew(from, shape) : readMany(from, shape)
}

function readFew(from: Reader, shape: Shape): CountMin {
  const counts = new Map<string, number>()
  let total = 0
  let last: string | undefined
  for (let left = from.length(2); left > 0; left--) {
    const key = from.text()
    const count = from.count()
    must(last === undefined || last < key, 'keys in order, each once')
    must(count > 0, 'counts from 1')
    total += count
    must(total <= Number.MAX_SAFE_INTEGER, `a total up to ${Number.MAX_SAFE_INTEGER}`)
    counts.set(key, count)
    last = key
  }
  must(fits(counts, shape), 'keys for which there is room')
  return fewOf(counts, total)
}

function readMany(from: Reader, shape: Shape): Many {
  const total = from.count()
  const cells = new Float64Array(shape.width * shape.depth)
  must(cells.length <= from.left, 'all counters of the table')
  for (let row = 0; row < shape.depth; row++) {
    let left = total
    for (let i = row * shape.width; i < (row + 1) * shape.width; i++) {
      const count = from.count()
      cells[i] = count
      left -= count
    }
    // Every key is once in every row.
    must(left === 0, 'rows that each add up to the total')
  }
  const length = from.length(1)
  must(length === 0 || (shape.share > 0 && length <= mostCandidates(shape)), 'no more candidates than are kept')
  const candidates: string[] = []
  for (let i = 0; i < length; i++) {
    const key = from.text()
    must(i === 0 || (candidates[i - 1] as string) < key, 'candidates in order, each once')
    must(estimateOf(key, cells, shape) >= (shape.share / 2) * total, 'candidates that are often enough')
    candidates.push(key)
  }
  return Object.freeze({ kind: 'many', total, cells, candidates: Object.freeze(candidates) })
}
