import { isEncoded, textsOf } from '../../core/contract/encoded.ts'
import { TanagerError } from '../../core/error.ts'

/** How many records of something that is no array run as one batch, unless told. */
const someRecords = 8192

/** Cuts what was bound to a source into batches; what is endless or larger than memory is never held whole. */
export async function* batchesOf(source: string, input: unknown, batchSize: number | undefined): AsyncIterable<readonly unknown[]> {
  if (isEncoded(input)) {
    yield* textsOf(input, batchSize ?? someRecords)
    return
  }
  if (Array.isArray(input)) {
    const step = batchSize ?? input.length
    for (let from = 0; from < input.length; from += step) yield step >= input.length ? input : input.slice(from, from + step)
    return
  }
  const size = batchSize ?? someRecords
  let chunk: unknown[] = []
  if (has(input, Symbol.asyncIterator)) {
    for await (const item of input as AsyncIterable<unknown>) {
      if (chunk.push(item) < size) continue
      yield chunk
      chunk = []
    }
  } else if (has(input, Symbol.iterator)) {
    for (const item of input as Iterable<unknown>) {
      if (chunk.push(item) < size) continue
      yield chunk
      chunk = []
    }
  } else {
    // A string is iterable, letter by letter; nobody who binds one means that.
    throw new TanagerError('invalid-binding', `the source ${source} is bound to something that holds no records`, {
      value: input,
      allowed: 'an array or another iterable of records',
    })
  }
  if (chunk.length > 0) yield chunk
}

const has = (input: unknown, method: symbol): boolean => typeof input === 'object' && input !== null && method in input
