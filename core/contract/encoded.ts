import { TanagerError } from '../error.ts'

/** Records as their source writes them, still to be read: one by one, or several at a time. */
export interface Encoded {
  readonly kind: 'encoded'
  readonly texts: Iterable<string | readonly string[]> | AsyncIterable<string | readonly string[]>
}

/**
 * The lines of a file, the payloads of a queue: records that come as text and are read by the source's own codec, where
 * they are worked on. One that cannot be read becomes a dead letter; it does not stop the others.
 *
 * ```ts
 * import { codec, encoded, job, source, store } from 'tanager'
 * import { sum } from 'tanager/algebra'
 * import { memory } from 'tanager/memory'
 *
 * const sizes = source('sizes', { item: codec.int })
 * const total = store('total', { key: codec.string, sum })
 * const totals = job('totals', sizes.map((n) => ['all', n] as const).sumByKey(total))
 *
 * const { stores, deadLetters } = await memory().on(totals).run({ sizes: encoded(['1', 'two', '3']) })
 * // stores.total is Map { 'all' => 4 }, and there is one dead letter
 * ```
 */
export function encoded(texts: Encoded['texts']): Encoded {
  // A string is iterable, letter by letter; nobody who gives one means that.
  if (typeof texts !== 'string') return Object.freeze({ kind: 'encoded', texts })
  throw new TanagerError('invalid-binding', 'encoded takes many texts', {
    value: texts,
    allowed: 'an array or another iterable of strings',
  })
}

export function isEncoded(value: unknown): value is Encoded {
  return typeof value === 'object' && value !== null && (value as Encoded).kind === 'encoded' && 'texts' in value
}

/** The texts in arrays of at most `size`. Arrays that are small enough are passed on as they are. */
export async function* textsOf({ texts }: Encoded, size: number): AsyncGenerator<readonly string[], void> {
  let chunk: string[] = []
  for await (const next of texts) {
    if (typeof next === 'string') {
      if (chunk.push(next) < size) continue
      yield chunk
      chunk = []
      continue
    }
    if (chunk.length > 0) yield chunk
    chunk = []
    for (let from = 0; from < next.length; from += size) yield next.length <= size ? next : next.slice(from, from + size)
  }
  if (chunk.length > 0) yield chunk
}
