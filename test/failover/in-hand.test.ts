import { Redis } from 'ioredis'
import { codec, job, type SinkToken, sink, source, store } from 'tanager'
import { sum } from 'tanager/algebra'
import { type BullmqOptions, bullmq } from 'tanager/bullmq'
import { describe, expect, it } from 'vitest'
import { frame } from '../../core/engine/frame.ts'
import { planOf } from '../../core/plan/index.ts'
import { keysOf } from '../../platforms/bullmq/keys.ts'
import { redisLog } from '../../platforms/bullmq/redis-log.ts'
import { contents } from '../platforms/bullmq/deployed.ts'
import { type Gateway, openGateway } from './gateway.ts'
import { type Pair, startPair } from './pair.ts'

const words = source('words', { item: codec.string })
const counts = store('counts', { key: codec.string, sum })
const counting = job('counting', words.map((word) => [word, 1] as const).sumByKey(counts))

const quick: BullmqOptions = { lockDuration: 500, reconcileEvery: 100, partitions: 1 }

/** Opens once, for all who wait and all who come. */
function gate() {
  let open = () => {}
  const opened = new Promise<void>((resolve) => {
    open = resolve
  })
  return { opened, open }
}

/** The primary dies, and the replica takes its place with what it has. */
async function failOver(pair: Pair, front: Gateway): Promise<void> {
  await pair.primary.kill()
  await pair.promote()
  front.leadTo(pair.replica.port)
}

// Work is read at the old primary and committed at the new one. If Redis has lost it on the way, its number or its place
// may be another's by then, who was told that it is kept.
describe('work in hand when Redis fails over', () => {
  it('is not committed in place of the batch that has its number now', async () => {
    await using pair = await startPair()
    await using front = await openGateway(pair.primary.port)
    const hold = gate()
    let held = 0
    const slow = job(
      'slow',
      words
        .mapAsync(async (word) => {
          if (word === 'before') return [word, 1] as const
          held += 1
          await hold.opened
          return [word, 1] as const
        })
        .sumByKey(counts),
    )
    const app = bullmq({ redis: front.url, ...quick })
      .on(slow)
      .bind({})
    const [worker, client] = [await app.start(), app.client()]
    try {
      await client.settled({ after: await client.send('words', ['before'], { writer: 'w', sequence: 1 }), timeout: 10_000 })
      await pair.caughtUp()
      pair.link.freeze()
      await client.send('words', ['lost'], { writer: 'w', sequence: 2 })
      await expect.poll(() => held).toBe(1)
      await failOver(pair, front)
      expect(await client.send('words', ['kept'], { writer: 'other', sequence: 1 })).toEqual({ words: 2 })
      hold.open()
      await client.settled({ timeout: 10_000 })
      expect(Object.fromEntries(await contents(client.store('counts').entries()))).toEqual({ before: 1, kept: 1 })
    } finally {
      hold.open()
      await worker.close()
      await client.close()
    }
  })

  it('is not merged in place of what is in the inbox now', async () => {
    await using pair = await startPair()
    await using front = await openGateway(pair.primary.port)
    const redis = new Redis(front.url, { maxRetriesPerRequest: null, retryStrategy: () => 20 })
    redis.on('error', () => {})
    const log = redisLog({
      redis,
      keys: keysOf('tanager', 'counting'),
      plan: planOf(counting),
      partitions: () => 1,
      room: { stream: 1_000_000, inbox: 1_000_000, sink: 1_000_000, deadLetters: 1_000_000, ids: 1000 },
      delivers: () => false,
      now: Date.now,
    })
    const count = async (writer: string, writerSequence: number, word: string) => {
      const appended = await log.append({ stream: 'words', payload: frame([word]), records: 1, writer, writerSequence })
      const sequence = 'sequence' in appended ? appended.sequence : -1
      const entry = (await log.read('words', sequence)) as NonNullable<Awaited<ReturnType<typeof log.read>>>
      const deltas = [{ store: 'counts', partition: 0, payload: JSON.stringify([word, 1]) }]
      expect(await log.commitStage({ stream: 'words', sequence, entry, deltas, writes: [], deadLetters: [] })).toMatchObject({
        status: 'committed',
      })
    }
    const merge = (word: string, { position, entries }: Awaited<ReturnType<typeof log.readInbox>>) =>
      log.commitSum({ store: 'counts', partition: 0, position, entries, puts: [[word, '1']], removes: [], deadLetters: [] })
    try {
      await count('w', 1, 'before')
      expect(await merge('before', await log.readInbox('counts', 0, 1000))).toMatchObject({ status: 'committed' })
      await pair.caughtUp()
      pair.link.freeze()
      await count('w', 2, 'lost')
      const inHand = await log.readInbox('counts', 0, 1000)
      await failOver(pair, front)
      await count('other', 1, 'kept')
      expect(await merge('lost', inHand)).toEqual({ status: 'stale' })
      expect(await merge('kept', await log.readInbox('counts', 0, 1000))).toMatchObject({ status: 'committed' })
      expect((await log.scan('counts', 0, '0')).entries).toEqual([
        ['before', '1'],
        ['kept', '1'],
      ])
    } finally {
      redis.disconnect()
    }
  })

  it('does not give two batches of a sink one token: who wrote the lost one would take the other for a repetition', async () => {
    await using pair = await startPair()
    await using front = await openGateway(pair.primary.port)
    const given: { readonly items: readonly string[]; readonly token: SinkToken }[] = []
    const writing = job('writing', words.write(sink('out', { item: codec.string })))
    const app = bullmq({ redis: front.url, ...quick })
      .on(writing)
      .bind({ out: { write: async (items, token) => void given.push({ items, token }) } })
    const [worker, client] = [await app.start(), app.client()]
    try {
      await pair.caughtUp()
      pair.link.freeze()
      await client.send('words', ['lost'], { writer: 'w', sequence: 1 })
      await expect.poll(() => given.flatMap(({ items }) => items), { timeout: 10_000 }).toContain('lost')
      await failOver(pair, front)
      await client.send('words', ['kept'], { writer: 'other', sequence: 1 })
      await expect.poll(() => given.flatMap(({ items }) => items), { timeout: 10_000 }).toContain('kept')
      const tokens = new Map(given.map(({ items, token }) => [items.join(), JSON.stringify(token)]))
      expect(tokens.get('kept')).not.toBe(tokens.get('lost'))
    } finally {
      await worker.close()
      await client.close()
    }
  })
})
