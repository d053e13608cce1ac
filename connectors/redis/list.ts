import type { OpenSource, SourceReader } from '../../core/contract/source-reader.ts'
import { mustBeAccess, type RedisAccess } from './access.ts'
import type { Subject } from './fault.ts'
import { invalid, mustBeCount, mustBeKnown, mustBeText, shownName } from './given.ts'
import { connect } from './link.ts'
import { ListReading } from './list-reading.ts'

/** How to read a list of Redis. */
export interface RedisListOptions {
  readonly redis: RedisAccess
  /** The key of the list. */
  readonly key: string
  /** The end records are taken from: `left` where they are added with RPUSH, `right` where with LPUSH; `left` unless given. */
  readonly from?: 'left' | 'right'
  /** After how long what a reader that is not heard of has taken is given to another, in milliseconds; 30 000. */
  readonly claimAfter?: number
}

/**
 * Takes the elements of a list of Redis as records: what to bind a source to. What is taken is kept beside the list until it is
 * in the log, so none is lost; one that comes again, because its reader died, is counted once for as long as it is remembered.
 * All workers may read it side by side, in no order.
 *
 * It connects when it is opened. There, and where it rejects later, errors are TanagerErrors `source`, or `missing-package`
 * without ioredis.
 *
 * ```ts
 * import { redisList } from 'tanager/redis'
 *
 * const beacons = redisList({ redis: 'redis://127.0.0.1:6379', key: 'beacons', from: 'right' })
 * console.assert(beacons.resumes === 'acknowledgement')
 * ```
 *
 * @throws TanagerError `invalid-option`
 */
export function redisList(options: RedisListOptions): SourceReader {
  mustBeKnown(what, options, ['redis', 'key', 'from', 'claimAfter'])
  const { redis, key, from = 'left', claimAfter = 30_000 } = options
  mustBeAccess(what, redis)
  mustBeText(what, 'key', key)
  if (from !== 'left' && from !== 'right') throw invalid(what, 'from', from, 'left or right')
  mustBeCount(what, 'claimAfter', claimAfter, 100, 86_400_000)
  const subject: Subject = { code: 'source', name: `list ${shownName(key)}` }
  return {
    resumes: 'acknowledgement',
    open: async ({ batch }): Promise<OpenSource> => {
      const commands = await connect(redis, subject)
      try {
        const type = await commands.answer(commands.client.type(key))
        if (type !== 'none' && type !== 'list') throw commands.fault(new Error(`WRONGTYPE it is a ${type}`))
        return new ListReading({ key, from, claimAfter, limits: batch }, commands, await connect(redis, subject))
      } catch (error) {
        await commands.close()
        throw error
      }
    },
  }
}

const what = 'redisList'
