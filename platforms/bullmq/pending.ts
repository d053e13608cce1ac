import type { Pending, Pointer } from '../../core/engine/log.ts'
import type { RedisLogParts } from './redis-log-parts.ts'
import { repliesOf } from './replies.ts'

/**
 * What is not done, found without touching the batches themselves: the numbers above the watermark that have no mark, and
 * the inboxes that hold something.
 */
export async function pendingOf({ redis, keys, plan, partitions, delivers }: RedisLogParts, limit: number, begin = 0): Promise<Pending> {
  const streams = [
    ...plan.streams.map(({ name }) => ({ name, pointer: (sequence: number): Pointer => ({ kind: 'stage', stream: name, sequence }) })),
    ...plan.sinks
      .filter(({ name }) => delivers(name))
      .map(({ name }) => ({ name, pointer: (sequence: number): Pointer => ({ kind: 'sink', sink: name, sequence }) })),
  ]
  const heads = redis.pipeline()
  for (const { name } of streams) heads.hmget(keys.stream(name).meta, 'head', 'watermark')
  const next = repliesOf(await heads.exec())
  const spans = streams.map((stream) => {
    const [head, watermark] = next<(string | null)[]>().map(Number) as [number, number]
    return { ...stream, head, from: watermark + 1 + Math.floor(begin * (head - watermark)) }
  })

  const rest = redis.pipeline()
  for (const { name, from } of spans) rest.zrangebyscore(keys.stream(name).ahead, from, '+inf', 'LIMIT', 0, limit)
  for (const { slot } of plan.stores) {
    for (let partition = 0; partition < partitions(slot.name); partition++) {
      const at = keys.partition(slot.name, partition)
      rest.hget(at.position, 'position')
      rest.llen(at.inbox)
    }
  }
  const more = repliesOf(await rest.exec())
  const pointers: Pointer[] = []
  for (const { pointer, from, head } of spans) {
    const marks = more<string[]>().map(Number)
    // Above the marks that were read it is not known which are committed; those come another time.
    const last = marks.length < limit ? head : (marks.at(-1) as number)
    const marked = new Set(marks)
    let found = 0
    for (let sequence = from; sequence <= last; sequence++) {
      if (marked.has(sequence)) continue
      if (found === limit) break
      found += 1
      pointers.push(pointer(sequence))
    }
  }
  for (const { slot } of plan.stores) {
    for (let partition = 0; partition < partitions(slot.name); partition++) {
      const position = Number(more<string | null>())
      if (more<number>() > 0) pointers.push({ kind: 'sum', store: slot.name, partition, position })
    }
  }
  return { pointers }
}
