import type { OutputProgress, PartitionProgress, Progress, StreamProgress } from '../../core/engine/log.ts'
import { together } from '../../core/engine/outputs/written.ts'
import type { RedisLogParts } from './redis-log-parts.ts'
import { repliesOf } from './replies.ts'

type Field = string | null

/** What the scripts count of what is written, in the hash of a partition, or of a sink. */
const counted = ['rows', 'bytes', 'written'] as const

/** How far everything is, at one moment: one transaction, so that what has left one place is seen in the next. */
export async function progressOf({ redis, keys, plan, partitions }: RedisLogParts): Promise<Progress> {
  const commands = redis.multi()
  const streamNames = plan.streams.map(({ name }) => name)
  const sinkNames = plan.sinks.map(({ name }) => name)
  for (const name of [...streamNames, ...sinkNames]) {
    const { log, meta } = keys.stream(name)
    commands.hmget(meta, 'head', 'watermark', 'records', 'time', ...counted, 'delivered')
    commands.xlen(log)
  }
  for (const { slot } of plan.stores) {
    for (let partition = 0; partition < partitions(slot.name); partition++) {
      const at = keys.partition(slot.name, partition)
      commands.hmget(at.position, 'position', ...counted)
      commands.hlen(at.values)
      commands.llen(at.inbox)
    }
  }
  commands.xlen(keys.dead)
  const next = repliesOf(await commands.exec())
  const stream = (): { readonly stream: StreamProgress; readonly output: OutputProgress } => {
    const [head, watermark, records, time, rows, bytes, written, delivered] = next<Field[]>() as [Field, Field, ...Field[]]
    const backlog = next<number>()
    return {
      stream: { head: Number(head), watermark: Number(watermark), records: Number(records), backlog, ...at('eventTime', time) },
      output: { rows: Number(rows), bytes: Number(bytes), ...at('lastWrite', written), ...at('lastDelivery', delivered) },
    }
  }
  const streams = new Map(streamNames.map((name) => [name, stream().stream]))
  const written = sinkNames.map((name) => [name, stream()] as const)
  const sinks = new Map(written.map(([name, { stream }]) => [name, stream]))
  const outputs = new Map<string, OutputProgress>(written.map(([name, { output }]) => [name, output]))
  const stores = new Map(
    plan.stores.map(({ slot }) => {
      const counts: OutputProgress[] = []
      const parts = Array.from({ length: partitions(slot.name) }, (): PartitionProgress => {
        const [position, rows, bytes, written] = next<Field[]>() as [Field, ...Field[]]
        counts.push({ rows: Number(rows), bytes: Number(bytes), ...at('lastWrite', written) })
        const keyCount = next<number>()
        const pending = next<number>()
        return { position: Number(position), keys: keyCount, pending }
      })
      outputs.set(slot.name, together(counts))
      return [slot.name, parts] as const
    }),
  )
  return { streams, sinks, stores, outputs, deadLetters: next<number>() }
}

/** A time, if there is one. */
const at = <F extends string>(field: F, time: Field | undefined): { readonly [_ in F]?: number } =>
  (time == null ? {} : { [field]: Number(time) }) as { readonly [_ in F]?: number }
