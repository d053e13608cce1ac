import { isAscii } from 'node:buffer'
import type { Json } from '../../core/codec/codec.ts'
import { frame } from '../../core/engine/frame.ts'
import {
  type Appended,
  batchesOf,
  type Deployed,
  type Entry,
  type Full,
  type InboxEntry,
  type Log,
  type PartitionDelta,
  type Pointer,
  type Stored,
  type SumCommit,
  type Take,
  type Taken,
} from '../../core/engine/log.ts'
import { writtenBy } from '../../core/engine/outputs/written.ts'
import { partitionOf } from '../../core/engine/partition.ts'
import type { Plan, StorePlan } from '../../core/plan/plan.ts'
import type { DeadRecord } from '../../core/run/result.ts'
import { deadLetterOf, isDelta } from './dead-letter.ts'
import { isNotNow } from './not-now.ts'
import { pendingOf } from './pending.ts'
import { progressOf } from './progress.ts'
import type { RedisLogParts } from './redis-log-parts.ts'
import { repliesOf } from './replies.ts'
import { scriptsOf } from './scripts.ts'
import { stamp, stampLength } from './stamp.ts'
import { takenOf } from './taken.ts'

type StageAnswer = ['committed', number[], number[]] | ['already'] | ['full', Full['where'], number]
type SumAnswer = ['committed', number, number, number] | ['stale'] | ['full', Full['where']]

/** As ioredis sends it: bytes as they are, and not as a list of numbers. */
const written = (payload: Take['payload']): string | Buffer =>
  typeof payload === 'string' ? payload : Buffer.from(payload.bytes.buffer, payload.bytes.byteOffset, payload.bytes.byteLength)

/**
 * Up to how many values are read by a script. A transaction is four commands, and costs twice as much to send; but it has
 * Redis write its answer without Lua, which of a thousand values costs it half.
 */
const few = 100

/** Above so many bytes a payload is handed on as it came: the engine cuts it apart piece by piece. */
const long = 1 << 16

/** How long a note is kept, in milliseconds: a day. */
const noteKept = 86_400_000

/** The log in Redis: each step one script, or one command. */
export function redisLog(parts: RedisLogParts): Log {
  const { redis, keys, plan, room, now } = parts
  const scripts = scriptsOf(redis)
  const stores = new Map<string, StorePlan>(plan.stores.map((store) => [store.slot.name, store]))
  const store = (name: string) => stores.get(name) as StorePlan
  const binary = (name: string) => store(name).slot.sum.codec.binary !== undefined

  async function take({ stream, payload, records, writer, writerSequence, continues = false, position, ids }: Take): Promise<Taken> {
    const at = keys.stream(stream)
    const isRead = position !== undefined || ids.length > 0
    const answer = await unlessNotNow(
      scripts.append(
        // Who only sends needs no right to the rest.
        [at.log, at.meta, ...(isRead ? [at.position, ...at.ids] : [])],
        [
          ...[written(payload), records, payload.length, writer, writerSequence, room.stream, stamp(), continues ? 1 : 0],
          ...(isRead ? [room.ids, position === undefined ? 0 : 1, position?.from ?? '', position?.to ?? '', ...ids] : []),
        ],
      ),
    )
    return takenOf(answer as readonly [string, ...(readonly unknown[])])
  }

  return {
    append: async (batch) => (await take({ ...batch, ids: [] })) as Appended,

    take,

    readPosition: async (stream) => (await redis.get(keys.stream(stream).position)) ?? undefined,

    read: async (stream, sequence) => {
      const [entry] = await redis.xrangeBuffer(keys.stream(stream).log, sequence, sequence)
      return entry === undefined ? undefined : entryOf(...entry)
    },

    range: async (stream, from, limit) => {
      const entries = await redis.xrangeBuffer(keys.stream(stream).log, `${from}-0`, '+', 'COUNT', limit)
      return entries.map(([id, fields]) => ({ sequence: Number.parseInt(textOf(id), 10), ...entryOf(id, fields) }))
    },

    commitStage: async (commit) => {
      const { stream, eventTime, deltas, writes } = commit
      const batches = batchesOf(commit)
      const at = keys.stream(stream)
      const inboxes = inboxesOf(plan, parts.partitions, stream, deltas)
      const answer = (await unlessNotNow(
        scripts.commitStage(
          [
            at.log,
            at.meta,
            at.ahead,
            keys.dead,
            ...inboxes.all.flatMap(({ store: name, partition }) => {
              const { inbox, position } = keys.partition(name, partition)
              return [inbox, position]
            }),
            ...inboxes.all.slice(inboxes.plain).map(({ store: name, partition }) => keys.partition(name, partition).early(stream)),
            ...writes.flatMap(({ sink }) => [keys.stream(sink).log, keys.stream(sink).meta]),
          ],
          [
            stream,
            now(),
            eventTime ?? '',
            stamp(),
            room.inbox,
            room.sink,
            room.deadLetters,
            batches.length,
            inboxes.plain,
            inboxes.all.length - inboxes.plain,
            writes.length,
            batches.reduce((sum, { deadLetters }) => sum + deadLetters.length, 0),
            ...batches.flatMap(({ sequence, entry }) => [sequence, entry.id, entry.records, entry.payload.length]),
            ...inboxes.all.flatMap(({ payload }) => [payload, payload.length]),
            ...writes.flatMap((write) => [write.payload, write.records, write.payload.length]),
            ...batches.flatMap(({ sequence, deadLetters }) => deadLetters.flatMap((dead) => [sequence, ...deadArguments(dead)])),
          ],
        ),
      )) as StageAnswer
      if (answer[0] === 'already') return { status: 'already' }
      if (answer[0] === 'full') {
        const [status, where, at] = answer
        if (where === 'sink') return { status, where, name: (writes[at - 1] as (typeof writes)[number]).sink }
        if (where !== 'inbox') return { status, where }
        const { store: name, partition } = inboxes.all[at - 1] as Inbox
        return { status, where, name, partition }
      }
      const [status, wake, numbers] = answer
      const pointers: Pointer[] = []
      for (let i = 0; i < wake.length; i += 2) {
        const { store: name, partition } = inboxes.all[(wake[i] as number) - 1] as Inbox
        pointers.push({ kind: 'sum', store: name, partition, position: wake[i + 1] as number })
      }
      for (const [i, { sink }] of writes.entries()) {
        if (parts.delivers(sink)) pointers.push({ kind: 'sink', sink, sequence: numbers[i] as number })
      }
      return { status, pointers }
    },

    hasRoom: async (name, partition) => Number(await redis.hget(keys.partition(name, partition).position, 'length')) < room.inbox,

    readInbox: async (name, partition, bytes) => {
      const { position: at, inbox } = keys.partition(name, partition)
      const [position, ...entries] = (await scripts.readInbox([at, inbox], [bytes])) as [number, ...string[]]
      return { position, entries: entries.map(inboxEntryOf) }
    },

    readValues: async (name, partition, wanted) => {
      if (wanted.length === 0) return []
      const { values } = keys.partition(name, partition)
      const found = binary(name) ? await redis.hmgetBuffer(values, ...wanted) : await redis.hmget(values, ...wanted)
      return found.map((value) => value ?? undefined)
    },

    readValuesAt: async (name, partition, position, wanted) => {
      if (wanted.length === 0) return []
      const at = keys.partition(name, partition)
      if (wanted.length <= few) {
        const found = await scripts.readValues([at.position, at.values], [position, ...wanted], binary(name))
        return (found as (Stored | null)[] | null)?.map((value) => value ?? undefined)
      }
      const commands = redis.multi().hget(at.position, 'position')
      const asked = binary(name) ? commands.hmgetBuffer(at.values, ...wanted) : commands.hmget(at.values, ...wanted)
      const next = repliesOf(await asked.exec())
      if (Number(next<string | null>()) !== position) return undefined
      return next<(Stored | null)[]>().map((value) => value ?? undefined)
    },

    commitSum: async (commit) => {
      const { values, position, inbox } = keys.partition(commit.store, commit.partition)
      const { log, meta } = keys.stream(commit.store)
      const { output, written = writtenBy(commit.puts, commit.removes) } = commit
      const answer = (await unlessNotNow(
        scripts.commitSum(
          [values, position, inbox, keys.dead, ...(store(commit.store).emits ? [log, meta] : [])],
          [
            commit.position,
            commit.entries.length,
            commit.entries.reduce((sum, { payload }) => sum + payload.length, 0),
            commit.store,
            commit.partition,
            now(),
            commit.puts.length,
            commit.removes.length,
            commit.deadLetters.length,
            output?.payload ?? '',
            output?.records ?? 0,
            output?.payload.length ?? 0,
            room.stream,
            room.deadLetters,
            commit.entries.at(-1)?.stamp ?? '',
            stamp(),
            written.rows,
            written.bytes,
            ...flat(commit.puts),
            ...commit.removes,
            ...commit.deadLetters.flatMap(deadArguments),
          ],
        ),
      )) as SumAnswer
      if (answer[0] === 'stale') return { status: 'stale' }
      if (answer[0] === 'full') return { status: 'full', where: answer[1], name: commit.store }
      const [status, next, left, sequence] = answer
      return {
        status,
        position: next,
        left: left > 0,
        pointers: sequence === 0 ? [] : [{ kind: 'stage', stream: commit.store, sequence }],
      }
    },

    commitSink: async (sink, sequence, { records, payload, id }) => {
      const { log, meta, ahead } = keys.stream(sink)
      await scripts.commitSink([log, meta, ahead], [sequence, records, payload.length, id, now()])
    },

    pending: (limit, begin) => pendingOf(parts, limit, begin),
    progress: () => progressOf(parts),

    scan: async (name, partition, cursor) => {
      const { values } = keys.partition(name, partition)
      const [next, flat] = binary(name)
        ? await redis.hscanBuffer(values, cursor, 'COUNT', 1000)
        : await redis.hscan(values, cursor, 'COUNT', 1000)
      const entries: (readonly [string, Stored])[] = []
      for (let i = 0; i < flat.length; i += 2) entries.push([String(flat[i]), flat[i + 1] as Stored])
      return { cursor: String(next), entries }
    },

    lease: async (name, holder, milliseconds) => (await scripts.lease([keys.lease(name)], [holder, milliseconds])) === 1,

    forgetWriters: async (silent) => {
      let forgotten = 0
      for (const { name } of plan.streams) {
        let cursor = '0'
        do {
          const [next, some] = (await scripts.forgetWriters([keys.stream(name).meta], [cursor, Math.ceil(silent / 1000)])) as [
            string,
            number,
          ]
          forgotten += some
          cursor = next
        } while (cursor !== '0')
      }
      return forgotten
    },

    note: async (name, text) => {
      await redis.set(keys.note(name), text, 'PX', noteKept)
    },

    noted: async (name) => (await redis.get(keys.note(name))) ?? undefined,

    deadLetters: async ({ after, limit, newest = false }) => {
      const from = after === undefined ? '-' : `(${after}`
      const entries = newest
        ? await redis.xrevrange(keys.dead, '+', from, 'COUNT', limit)
        : await redis.xrange(keys.dead, from, '+', 'COUNT', limit)
      return entries.map(([id, fields]) => deadLetterOf(id, fields))
    },

    retryDeadLetter: async (id) => {
      const [entry] = await redis.xrange(keys.dead, id, id)
      if (entry === undefined) return undefined
      const { stream, record } = deadLetterOf(entry[0], entry[1])
      if (isDelta(entry[1])) {
        const [key] = JSON.parse(record) as [string, Json]
        const partition = partitionOf(key, parts.partitions(stream))
        const { position, inbox } = keys.partition(stream, partition)
        const from = (await scripts.retryDelta([keys.dead, position, inbox], [id, record, record.length, stamp()])) as number
        return from === -1 ? undefined : { kind: 'sum', store: stream, partition, position: from }
      }
      const payload = frame([record])
      const { log, meta } = keys.stream(stream)
      const sequence = (await scripts.retryRecord([keys.dead, log, meta], [id, payload, payload.length, stamp()])) as number
      return sequence === 0 ? undefined : { kind: 'stage', stream, sequence }
    },

    dropDeadLetters: async (ids) => (ids.length === 0 ? 0 : redis.xdel(keys.dead, ...ids)),

    deploy: async ({ fingerprint, description, state }, expected) => {
      const written = await scripts.deploy([keys.plan], [expected ?? '', fingerprint, description, JSON.stringify(state)])
      return deployedOf(written as (string | null)[]) as Deployed
    },

    deployed: async () => deployedOf(await redis.hmget(keys.plan, 'fingerprint', 'description', 'state')),
  }
}

function entryOf(id: Buffer, fields: readonly Buffer[]): Entry {
  const bytes = fields[1] as Buffer
  // What is not ASCII is as long as only its text tells.
  const payload = bytes.length > long && isAscii(bytes) ? { bytes, length: bytes.length } : textOf(bytes)
  return { id: textOf(id), payload, records: Number(fields[3]) }
}

/** Text from its UTF-8. What is ASCII throughout, as most logs are, is copied and not decoded: several times as fast. */
const textOf = (bytes: Buffer): string => bytes.toString(isAscii(bytes) ? 'latin1' : 'utf8')

const inboxEntryOf = (text: string): InboxEntry => ({ stamp: text.slice(0, stampLength), payload: text.slice(stampLength) })

function deployedOf([fingerprint, description, state]: readonly (string | null)[]): Deployed | undefined {
  if (typeof fingerprint !== 'string') return undefined
  return { fingerprint, description: description ?? '', state: JSON.parse(state ?? 'null') as Json }
}

/** Keys and values, one after the other. */
function flat(puts: SumCommit['puts']): readonly (string | Buffer)[] {
  const all = new Array<string | Buffer>(puts.length * 2)
  for (let i = 0; i < puts.length; i++) {
    const [key, value] = puts[i] as SumCommit['puts'][number]
    all[2 * i] = key
    all[2 * i + 1] = typeof value === 'string' ? value : Buffer.from(value)
  }
  return all
}

const deadArguments = ({ node, index, record, error }: DeadRecord) => [node, index, record, error]

interface Inbox {
  readonly store: string
  readonly partition: number
  readonly ordered: boolean
  readonly payload: string
}

/** The inboxes a commit has to see: the plain ones it adds to, and all ordered ones of its stream, which its mark may set free. */
function inboxesOf(plan: Plan, partitions: (store: string) => number, stream: string, deltas: readonly PartitionDelta[]) {
  const ordered = new Set<string>()
  for (const { slot, ordered: inOrder, fedBy } of plan.stores) if (inOrder && fedBy.includes(stream)) ordered.add(slot.name)
  const all: Inbox[] = deltas.filter(({ store }) => !ordered.has(store)).map((delta) => ({ ...delta, ordered: false }))
  const plain = all.length
  for (const store of ordered) {
    const payloads = new Map(deltas.filter((delta) => delta.store === store).map(({ partition, payload }) => [partition, payload]))
    for (let partition = 0; partition < partitions(store); partition++) {
      all.push({ store, partition, ordered: true, payload: payloads.get(partition) ?? '' })
    }
  }
  return { all, plain }
}

/** A Redis that takes nothing at the moment: the same to whoever asks as a stream, or an inbox, that is full. */
async function unlessNotNow(running: Promise<unknown>): Promise<unknown> {
  try {
    return await running
  } catch (error) {
    if (isNotNow(error)) return ['full', 'log', 0]
    throw error
  }
}
