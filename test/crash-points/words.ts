import { type AnySlot, codec, job, source, store } from 'tanager'
import { sum } from 'tanager/algebra'
import type { Client } from 'tanager/bullmq'

export const words = source('words', { item: codec.string })
export const counts = store('counts', { key: codec.string, sum })
export const wordCount = job('word-count', words.map((word) => [word, 1] as const).sumByKey(counts))

/** Sends batches under numbers, as one does who may have to send them again. */
export async function send(client: Client<AnySlot>, to: string, batches: readonly (readonly unknown[])[]): Promise<void> {
  for (const [i, batch] of batches.entries()) await client.send(to, batch, { writer: 'sender', sequence: i + 1 })
}
