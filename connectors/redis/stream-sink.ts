import { json } from '../../core/codec/json.ts'
import { isWellFormed } from '../../core/codec/wellformed.ts'
import type { Sink, SinkToken } from '../../core/contract/sink.ts'
import { messageOf, TanagerError } from '../../core/error.ts'
import { mustBeAccess, type RedisAccess } from './access.ts'
import type { Subject } from './fault.ts'
import { invalid, mustBeCount, mustBeKnown, mustBeText, shownName } from './given.ts'
import { Outlet } from './outlet.ts'
import { scriptText } from './script.ts'
import { beside } from './slot.ts'

/** How to write to a stream of Redis. */
export interface RedisStreamSinkOptions<T> {
  readonly redis: RedisAccess
  /** The key of the stream. */
  readonly key: string
  /** The field an item is written to, as text; `data` unless given. */
  readonly field?: string
  /** Instead of `field`: what an entry has, by the names of its fields. */
  readonly fields?: (item: T) => Readonly<Record<string, string | number>>
  /** How an item becomes the text of its field: a function, or a codec. Unless given, text as it is and everything else as JSON. */
  readonly encode?: ((item: T) => string) | { readonly encode: (item: T) => string }
  /** About how many entries the stream keeps, the newest; all unless given. */
  readonly maxLength?: number
  /** How many batches are remembered, so that one that comes again is not written again; 10 000. */
  readonly remember?: number
  /** How long the connection is kept when there is nothing to write, in milliseconds; 10 000. */
  readonly idle?: number
}

/** A sink that keeps a connection to Redis for a while. */
export interface RedisSink<T> extends Sink<T> {
  /** Waits for what is being written, and closes the connection. A later write opens it anew. */
  readonly close: () => Promise<void>
}

/**
 * Writes to a stream of Redis: what to bind a sink to. A batch and the fact that it was written go into Redis in one step:
 * a batch that comes again adds nothing, for as long as it is remembered, which is the last 10 000 batches unless `remember`
 * says otherwise.
 *
 * `write` rejects with TanagerErrors: `sink`, `encode` for an item that cannot be written, `missing-package` without ioredis.
 *
 * ```ts
 * import { redisStreamSink } from 'tanager/redis'
 *
 * const alerts = redisStreamSink<{ page: string }>({ redis: 'redis://127.0.0.1:6379', key: 'alerts', maxLength: 100_000 })
 * await alerts.close()
 * ```
 *
 * @throws TanagerError `invalid-option`
 */
export function redisStreamSink<T>(options: RedisStreamSinkOptions<T>): RedisSink<T> {
  mustBeKnown(what, options, ['redis', 'key', 'field', 'fields', 'encode', 'maxLength', 'remember', 'idle'])
  const { redis, key, field = 'data', fields, encode, maxLength, remember = 10_000, idle = 10_000 } = options
  mustBeAccess(what, redis)
  mustBeText(what, 'key', key)
  mustBeText(what, 'field', field)
  if (fields !== undefined && typeof fields !== 'function') throw invalid(what, 'fields', fields, 'a function of an item')
  if (fields !== undefined && (options.field !== undefined || encode !== undefined)) {
    throw invalid(what, 'fields', fields, 'it alone, or field and encode')
  }
  if (encode !== undefined && typeof encode !== 'function' && typeof encode?.encode !== 'function') {
    throw invalid(what, 'encode', encode, 'a function, or something with encode')
  }
  if (maxLength !== undefined) mustBeCount(what, 'maxLength', maxLength, 1, Number.MAX_SAFE_INTEGER)
  mustBeCount(what, 'remember', remember, 1, 10_000_000)
  mustBeCount(what, 'idle', idle, 1, 3_600_000)
  const subject: Subject = { code: 'sink', name: `stream ${shownName(key)}` }
  const outlet = new Outlet(redis, subject, idle)
  const textOf = encode === undefined ? plainText : typeof encode === 'function' ? encode : (item: T) => encode.encode(item)
  const partsOf = fields === undefined ? (item: T) => [field, textOf(item)] : (item: T) => Object.entries(fields(item)).flat()

  return {
    write: async (items, token) => {
      if (items.length === 0) return
      const args = items.flatMap((item, i) => {
        const parts = entryOf(partsOf, item, i)
        return [String(parts.length), ...parts]
      })
      await outlet.use(({ client }) =>
        client.eval(write, 2, key, beside(key, 'written'), nameOf(token), remember, maxLength ?? '', ...args),
      )
    },
    close: () => outlet.close(),
  }
}

const what = 'redisStreamSink'

const nameOf = ({ job, sink, id }: SinkToken): string => JSON.stringify([job, sink, id])

function plainText(item: unknown): string {
  return typeof item === 'string' ? item : json().encode(item)
}

/** Lua takes no more arguments at a time than a few thousand. */
const mostParts = 2000

function entryOf<T>(partsOf: (item: T) => readonly unknown[], item: T, place: number): readonly string[] {
  try {
    const parts = partsOf(item).map((part) => (typeof part === 'number' ? String(part) : part))
    if (parts.length === 0 || parts.length > mostParts) throw new Error(`it has ${parts.length / 2} fields; allowed: 1 to ${mostParts / 2}`)
    const wrong = parts.findIndex((part) => typeof part !== 'string' || !isWellFormed(part))
    if (wrong === -1) return parts as readonly string[]
    throw new Error('it must become text without lone surrogates')
  } catch (cause) {
    throw new TanagerError('encode', `item ${place} cannot become an entry: ${messageOf(cause)}`, { value: item, cause })
  }
}

const write = scriptText('write-batch')
