import { expect } from 'vitest'
import { all, contents } from '../platforms/bullmq/deployed.ts'
import { batchOf, senderOf } from './ledger.ts'
import type { Delivery, LedgerClient } from './scene.ts'
import type { Senders } from './senders.ts'

/** What became of the batches that were sent. */
interface Account {
  readonly counted: ReadonlySet<string>
  /** Acknowledged, and gone. */
  readonly lost: ReadonlySet<string>
}

const sorted = (items: Iterable<string>): readonly string[] => [...items].sort()

/** A bound sink is given each event that counts, and never two batches under one token: by it, what is given again is known. */
export function checkDeliveries(deliveries: readonly Delivery[], { counted }: Account): void {
  const given = new Set(deliveries.flatMap(({ items }) => items))
  expect([...counted].flatMap((batch) => batchOf(...numberOf(batch))).filter((event) => !event.endsWith('!') && !given.has(event))).toEqual(
    [],
  )
  const batches = new Map<string, readonly string[]>()
  for (const { token, items } of deliveries) {
    const before = batches.get(JSON.stringify(token))
    if (before !== undefined) expect(items).toEqual(before)
    batches.set(JSON.stringify(token), items)
  }
}

/**
 * Lets the job come to rest, and compares all it holds with what was sent: each batch is whole everywhere or nowhere, and
 * what is there is there once, in order.
 */
export async function account(client: LedgerClient, senders: Senders): Promise<Account> {
  await client.settled({ timeout: 20_000 })
  // To be counted is one thing, to be delivered another: that nobody waits for.
  const undelivered = async () => {
    const { head = 0, watermark = -1 } = (await client.status()).sinks.get('delivered') ?? {}
    return head - watermark
  }
  await expect.poll(undelivered, { interval: 20, timeout: 20_000 }).toBe(0)
  const seen = await contents(client.store('seen').entries())
  const totals = await contents(client.store('totals').entries())
  const order = await contents(client.store('order').entries())
  const written = await all(client.sink('written').entries())
  const spoilt = (await client.deadLetters.list({ limit: 1_000_000 })).map(({ record }) => record)

  const counted = new Set([...senders.batches.keys()].filter((batch) => batchOf(...numberOf(batch)).some((event) => seen.has(event))))
  const expected = [...counted].flatMap((batch) => batchOf(...numberOf(batch)))
  const sound = expected.filter((event) => !event.endsWith('!'))
  expect([...seen.values()].every((times) => times === 1)).toBe(true)
  expect(sorted(seen.keys())).toEqual(sorted(sound))
  expect(sorted(written)).toEqual(sorted(sound))
  expect(sorted(spoilt)).toEqual(sorted(expected.filter((event) => event.endsWith('!'))))
  const bySender = new Map<string, string[]>()
  for (const event of sound) bySender.set(senderOf(event), [...(bySender.get(senderOf(event)) ?? []), event])
  expect(totals).toEqual(new Map([...bySender].map(([sender, events]) => [sender, events.length])))
  for (const [sender, events] of bySender) expect(order.get(sender), sender).toEqual(events)

  const { streams, sinks, stores, failed, deadLetters } = await client.status()
  expect(failed).toEqual([])
  expect(deadLetters).toBe(spoilt.length)
  expect(streams.get('events')).toMatchObject({ head: counted.size, records: expected.length })
  expect(streams.get('seen')).toMatchObject({ records: sound.length })
  expect(sinks.get('written')).toMatchObject({ backlog: sinks.get('written')?.head })
  for (const stream of streams.values()) expect(stream).toMatchObject({ backlog: 0, watermark: stream.head })
  for (const partitions of stores.values()) for (const { pending } of partitions) expect(pending).toBe(0)
  return { counted, lost: new Set([...senders.acknowledged].filter((batch) => !counted.has(batch))) }
}

function numberOf(batch: string): [sender: string, number: number] {
  const [sender, number] = batch.split(' ')
  return [sender as string, Number(number)]
}
