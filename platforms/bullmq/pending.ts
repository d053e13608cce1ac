import type { Pending, Pointer } from '../../core/engine/log.ts'
import type { RedisLogParts } from './redis-log-parts.ts'

type Reply = readonly [Error | null, unknown]

/** What is not done, found without touching the batches themselves: the numbers between watermark and head that have no mark, and the inboxes that hold something. */
export async function pendingOf({ redis, keys, plan, partitions, delivers }: RedisLogParts, limit: number): Promise<Pending> {
  const streams = [...plan.streams.map(({ name }) => name), ...plan.sinks.map(({ name }) => name).filter(delivers)]
  const delivered = new Set(plan.sinks.map(({ name }) => name))
  const commands = redis.pipeline()
  for (const name of streams) {
    const { meta, ahead } = keys.stream(name)
    commands.hmget(meta, 'head', 'watermark')
    commands.zrange(ahead, '0', String(limit - 1))
  }
  for (const { slot, ordered, fedBy } of plan.stores) {
    for (let partition = 0; partition < partitions(slot.name); partition++) {
      const at = keys.partition(slot.name, partition)
      commands.hget(at.position, 'position')
      if (!ordered) commands.llen(at.inbox)
      else for (const stream of fedBy) commands.zrange(at.ordered(stream), '0', '0', 'WITHSCORES')
    }
  }
  const replies = ((await commands.exec()) ?? []) as readonly Reply[]
  let at = 0
  const next = <T>(): T => {
    const [error, value] = replies[at++] as Reply
    if (error !== null) throw error
    return value as T
  }
  const pointers: Pointer[] = []
  const watermarks = new Map<string, number>()
  let more = false
  for (const name of streams) {
    const [head, watermark] = next<(string | null)[]>().map(Number) as [number, number]
    watermarks.set(name, watermark)
    const marks = new Set(next<string[]>().map(Number))
    // Above the marks that were read it is not known which are committed; those come another time.
    const last = marks.size < limit ? head : Math.max(...marks)
    let found = 0
    for (let sequence = watermark + 1; sequence <= last; sequence++) {
      if (marks.has(sequence)) continue
      if (found === limit) {
        more = true
        break
      }
      found += 1
      pointers.push(delivered.has(name) ? { kind: 'sink', sink: name, sequence } : { kind: 'stage', stream: name, sequence })
    }
  }
  for (const { slot, ordered, fedBy } of plan.stores) {
    for (let partition = 0; partition < partitions(slot.name); partition++) {
      const position = Number(next<string | null>())
      const mergeable = ordered
        ? fedBy
            .map((stream) => ({ stream, first: next<string[]>()[1] }))
            .some(({ stream, first }) => first !== undefined && Number(first) <= (watermarks.get(stream) ?? 0))
        : next<number>() > 0
      if (mergeable) pointers.push({ kind: 'sum', store: slot.name, partition, position })
    }
  }
  return { pointers, more }
}
