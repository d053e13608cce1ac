import { isSome } from 'fp-ts/lib/Option.js'
import type { OpenOptions, OpenSource, SourceReader } from '../../core/contract/source-reader.ts'
import { TanagerError } from '../../core/error.ts'
import { mustBeAccess, type RedisAccess } from './access.ts'
import { readerOf } from './entry.ts'
import type { Subject } from './fault.ts'
import { invalid, mustBeCount, mustBeKnown, mustBeText, shownName } from './given.ts'
import { openGroup } from './group-reading.ts'
import { connect } from './link.ts'
import { isId, type Place, placeOf } from './position.ts'
import { StreamReading } from './stream-reading.ts'

/** How to read a stream of Redis. */
export interface RedisStreamOptions {
  readonly redis: RedisAccess
  /** The key of the stream. */
  readonly key: string
  /** The field whose value is the record. Unless given, all fields of an entry are, as an object in JSON. */
  readonly field?: string
  /** Where to begin at the very first: after the entry of this id. `0-0` unless given, which is with the oldest there is. */
  readonly after?: string
  /** Whether it is an error that there is no such stream when it is opened. Unless given, it is waited for. */
  readonly mustExist?: boolean
  /** The consumer group to read with: for several workers side by side, in no order. */
  readonly group?: string
  /** With a group: creates it, and the stream, if it is missing. Unless given, a missing group is an error. */
  readonly create?: boolean
  /** With a group: after how long, in milliseconds, what a reader has not acknowledged is given to another; 30 000. */
  readonly claimAfter?: number
}

/**
 * Reads a stream of Redis: what to bind a source to. Without a group, one worker reads it, in order, and each entry is taken
 * exactly once: how far it was read is in the log, with the records. What was trimmed before it could be read is a dead letter
 * that says how many they were (from Redis 7 on). With a group, all workers read it, in no order, and each entry is taken at
 * least once, and once for as long as its id is remembered.
 *
 * It connects when it is opened. There, and where it rejects later, errors are TanagerErrors `source`, or `missing-package`
 * without ioredis.
 *
 * ```ts
 * import { redisStream } from 'tanager/redis'
 *
 * const beacons = redisStream({ redis: 'redis://127.0.0.1:6379', key: 'beacons', field: 'data' })
 * console.assert(beacons.resumes === 'position')
 * const shared = redisStream({ redis: 'redis://127.0.0.1:6379', key: 'beacons', group: 'counting', create: true })
 * console.assert(shared.resumes === 'acknowledgement')
 * ```
 *
 * @throws TanagerError `invalid-option`
 */
export function redisStream(options: RedisStreamOptions): SourceReader {
  mustBeKnown(what, options, known)
  const { redis, key, field, after = '0-0', mustExist = false, group, create = false, claimAfter = 30_000 } = options
  mustBeAccess(what, redis)
  mustBeText(what, 'key', key)
  if (field !== undefined) mustBeText(what, 'field', field)
  if (!isId(after)) throw invalid(what, 'after', after, 'the id of an entry, such as 1526919030474-0')
  if (group !== undefined) mustBeText(what, 'group', group)
  for (const option of ['create', 'claimAfter'] as const) {
    if (group === undefined && options[option] !== undefined) throw invalid(what, option, options[option], 'one only with a group')
  }
  mustBeCount(what, 'claimAfter', claimAfter, 100, 86_400_000)
  const read = readerOf(field)
  const subject: Subject = { code: 'source', name: `stream ${shownName(key)}` }

  if (group !== undefined) {
    return {
      resumes: 'acknowledgement',
      open: ({ batch }) => openGroup({ redis, subject, key, read, group, claimAfter, limits: batch, begin: create ? after : undefined }),
    }
  }
  return {
    resumes: 'position',
    open: async ({ position, batch }: OpenOptions): Promise<OpenSource> => {
      const place: Place = isSome(position) ? placeOf(position.value) : { id: after, count: undefined }
      const link = await connect(redis, subject)
      try {
        const type = await link.answer(link.client.type(key))
        if (type === 'none' && mustExist) throw missing(key, link.place)
        if (type !== 'none' && type !== 'stream') throw link.fault(new Error(`WRONGTYPE it is a ${type}`))
        return new StreamReading(link, key, read, place, batch)
      } catch (error) {
        await link.close()
        throw error
      }
    },
  }
}

const what = 'redisStream'
const known = ['redis', 'key', 'field', 'after', 'mustExist', 'group', 'create', 'claimAfter']

const missing = (key: string, place: string): TanagerError =>
  new TanagerError('source', 'there is no such stream', {
    where: `Redis stream ${shownName(key)} at ${place}`,
    remedy: 'Correct key, or leave mustExist out: then it is waited for',
  })
