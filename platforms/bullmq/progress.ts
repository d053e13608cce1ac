import type { PartitionProgress, Progress, StreamProgress } from '../../core/engine/log.ts'
import type { RedisLogParts } from './redis-log-parts.ts'
import { repliesOf } from './replies.ts'

/** How far everything is, at one moment: one transaction, so that what has left one place is seen in the next. */
export async function progressOf({ redis, keys, plan, partitions }: RedisLogParts): Promise<Progress> {
  const commands = redis.multi()
  const streamNames = plan.streams.map(({ name }) => name)
  const sinkNames = plan.sinks.map(({ name }) => name)
  for (const name of [...streamNames, ...sinkNames]) {
    const { log, meta } = keys.stream(name)
    commands.hmget(meta, 'head', 'watermark', 'records', 'time')
    commands.xlen(log)
  }
  for (const { slot } of plan.stores) {
    for (let partition = 0; partition < partitions(slot.name); partition++) {
      const at = keys.partition(slot.name, partition)
      commands.hget(at.position, 'position')
      commands.hlen(at.values)
      commands.llen(at.inbox)
    }
  }
  commands.xlen(keys.dead)
  const next = repliesOf(await commands.exec())
  const stream = (): StreamProgress => {
    const [head, watermark, records, time] = next<(string | null)[]>()
    const eventTime = time === null ? {} : { eventTime: Number(time) }
    return { head: Number(head), watermark: Number(watermark), records: Number(records), backlog: next<number>(), ...eventTime }
  }
  const streams = new Map(streamNames.map((name) => [name, stream()]))
  const sinks = new Map(sinkNames.map((name) => [name, stream()]))
  const stores = new Map(
    plan.stores.map(({ slot }) => {
      const parts = Array.from({ length: partitions(slot.name) }, (): PartitionProgress => {
        const position = Number(next<string | null>())
        const keyCount = next<number>()
        const pending = next<number>()
        return { position, keys: keyCount, pending }
      })
      return [slot.name, parts] as const
    }),
  )
  return { streams, sinks, stores, deadLetters: next<number>() }
}
