import { randomUUID } from 'node:crypto'
import { codec, job, source, store } from 'tanager'
import { sum } from 'tanager/algebra'
import { backoff } from '../../core/contract/backoff.ts'
import { clockOf } from '../../core/contract/runtime-clock.ts'
import type { SourceReader } from '../../core/contract/source-reader.ts'
import type { Log } from '../../core/engine/log.ts'
import { Receiver } from '../../core/engine/receiver.ts'
import { planOf } from '../../core/plan/index.ts'
import { connect } from '../../platforms/bullmq/connection.ts'
import { keysOf } from '../../platforms/bullmq/keys.ts'
import { settingsOf } from '../../platforms/bullmq/options.ts'
import { Queues } from '../../platforms/bullmq/queues.ts'
import { redisLog } from '../../platforms/bullmq/redis-log.ts'

const records = source('records', { item: codec.string })
const counts = store('counts', { key: codec.string, sum })
const counted = job('counted', records.map((record) => [record, 1] as const).sumByKey(counts))

/** A log in Redis in which nobody works, and which takes whatever comes: what is measured is how fast it is filled. */
export interface MeasuredLog extends AsyncDisposable {
  /**
   * Has a receiver read a source into the log, as a worker's does, until so many records are in it or the source has ended.
   *
   * @returns how many the log has accepted
   */
  readonly receive: (reader: SourceReader, batchRecords: number, upTo?: number) => Promise<number>
}

export async function measuredLog(redis: string): Promise<MeasuredLog> {
  const plan = planOf(counted)
  const settings = settingsOf({ redis, room: { stream: Number.MAX_SAFE_INTEGER } }, counted)
  const client = connect(settings)
  const keys = keysOf(settings.prefix, plan.job)
  const clear = async () => {
    const all = [...(await client.keys(`${keys.all}*`)), ...(await client.keys('bull:*'))]
    if (all.length > 0) await client.unlink(all)
  }
  const log: Log = redisLog({ ...settings, redis: client, keys, plan, delivers: () => false, now: Date.now })
  const queues = new Queues(client, keys, settings, { keeper: true })
  return {
    receive: async (reader, batchRecords, upTo = Number.POSITIVE_INFINITY) => {
      let accepted = 0
      let enough = () => {}
      const done = new Promise<void>((resolve) => {
        enough = resolve
      })
      const take: Log['take'] = async (batch) => {
        const taken = await log.take(batch)
        if (taken.status === 'appended') accepted += batch.records
        if (accepted >= upTo) enough()
        return taken
      }
      const receiver = new Receiver({
        stream: 'records',
        reader,
        log: { ...log, take },
        scheduler: queues,
        clock: clockOf(globalThis),
        backoff: backoff(),
        batch: { records: batchRecords, length: 1 << 20, linger: settings.linger },
        longest: settings.limits.longest,
        name: randomUUID(),
        notice: (text) => console.error(text),
      })
      receiver.start()
      await Promise.race([receiver.ended, done])
      await receiver.stop()
      await clear()
      return accepted
    },
    [Symbol.asyncDispose]: async () => {
      await queues.close()
      client.disconnect()
    },
  }
}
