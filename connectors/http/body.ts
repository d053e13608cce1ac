import type { Readable } from 'node:stream'
import { promisify } from 'node:util'
import { gunzip as gunzipNode } from 'node:zlib'
import { messageOf } from '../../core/error.ts'
import { Problem } from './problem.ts'
import type { Held } from './room.ts'

const gunzip = promisify(gunzipNode)

interface BodyLimits {
  /** Bytes, as sent and as unpacked. */
  readonly length: number
  /** Milliseconds until all of it must be there. */
  readonly bodyTimeout: number
}

/**
 * All of a body, unpacked: it is one batch or none, so it has to be there whole. In a server of ours it is taken from what Node
 * has, `incoming`: through the stream of a Request it would cost as much again as all the rest.
 */
export async function bodyOf(request: Request, incoming: Readable | undefined, held: Held, limits: BodyLimits): Promise<Uint8Array> {
  const packed = isPacked(request.headers.get('content-encoding'))
  const bytes = await read(request, incoming, held, limits)
  return packed ? unpack(bytes, held, limits.length) : bytes
}

function isPacked(encoding: string | null): boolean {
  const name = (encoding ?? '').trim().toLowerCase()
  if (name === '' || name === 'identity') return false
  if (name === 'gzip' || name === 'x-gzip') return true
  throw new Problem(415, 'this content encoding is not understood', {
    value: encoding,
    allowed: 'gzip, or none',
    headers: { 'accept-encoding': 'gzip' },
  })
}

async function read(
  request: Request,
  incoming: Readable | undefined,
  held: Held,
  { length, bodyTimeout }: BodyLimits,
): Promise<Uint8Array> {
  const declared = request.headers.get('content-length')
  if (declared !== null && Number(declared) > length) throw tooLarge(`${declared} bytes`, length)
  const reader = incoming === undefined ? request.body?.getReader() : readerOf(incoming)
  if (reader === undefined) return new Uint8Array()
  const chunks: Uint8Array[] = []
  let size = 0
  let timer: ReturnType<typeof setTimeout> | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new Problem(408, `the body was not there within ${bodyTimeout} ms`, { remedy: 'Nothing was accepted.' })),
      bodyTimeout,
    )
  })
  try {
    for (;;) {
      const { done, value } = await Promise.race([reader.read(), late])
      if (done) break
      size += value.byteLength
      if (size > length) throw tooLarge(`more than ${length} bytes`, length)
      held.add(value.byteLength)
      chunks.push(value)
    }
  } catch (error) {
    // Nobody waits for it: of a body that has failed it would fail too.
    reader.cancel().catch(() => {})
    if (error instanceof Problem) throw error
    throw new Problem(400, `the body was cut off after ${size} bytes`, { remedy: 'Nothing was accepted.' })
  } finally {
    clearTimeout(timer)
    late.catch(() => {})
  }
  // Node keeps to the length by itself; whatever else this is mounted in may not.
  if (declared !== null && Number(declared) !== size) {
    throw new Problem(400, 'the body is not as long as Content-Length says', {
      value: `${size} bytes`,
      allowed: declared,
      remedy: 'Nothing was accepted.',
    })
  }
  return chunks.length === 1 ? (chunks[0] as Uint8Array) : Buffer.concat(chunks)
}

/** Leaves the stream alone when it is given up: its connection still has to take the answer. */
function readerOf(incoming: Readable) {
  const iterator = incoming.iterator({ destroyOnReturn: false })
  return {
    read: async () => {
      const { done = false, value } = (await iterator.next()) as IteratorResult<Uint8Array, undefined>
      return done ? { done: true as const, value: undefined } : { done: false as const, value: value as Uint8Array }
    },
    cancel: async () => void (await iterator.return?.()),
  }
}

async function unpack(bytes: Uint8Array, held: Held, length: number): Promise<Uint8Array> {
  try {
    const unpacked = await gunzip(bytes, { maxOutputLength: length })
    held.add(unpacked.byteLength)
    return unpacked
  } catch (error) {
    if (error instanceof Problem) throw error
    if ((error as { readonly code?: unknown }).code === 'ERR_BUFFER_TOO_LARGE')
      throw tooLarge(`more than ${length} bytes, unpacked`, length)
    throw new Problem(400, `the body is no gzip: ${messageOf(error)}`, { remedy: 'Nothing was accepted.' })
  }
}

function tooLarge(size: string, length: number): Problem {
  return new Problem(413, 'the body is too large', {
    value: size,
    allowed: `at most ${length} bytes`,
    remedy: 'Nothing was accepted. Send it as several requests, each with an Idempotency-Key of its own.',
    fields: { limit: length },
  })
}
