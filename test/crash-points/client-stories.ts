import { type AnySlot, aggregation, codec, job, service, sink, store } from 'tanager'
import type { Client } from 'tanager/bullmq'
import { memory } from 'tanager/memory'
import { expect } from 'vitest'
import type { Story } from './story.ts'
import { counts, send, wordCount, words } from './words.ts'

/** A sender that numbers its batches, and after a crash sends all of them again. */
export function numbered(): Story {
  const batches = [['apple', 'bread'], ['apple'], ['bread', 'cream']]
  const act = (client: Client<AnySlot>) => send(client, 'words', batches)
  return {
    job: wordCount,
    reaches: ['deploy', 'append'],
    victim: act,
    again: act,
    expected: async () => [await memory().on(wordCount).run({ words: batches.flat() })],
  }
}

/** A sender that does not: what it was told is accepted is counted; of what it does not know about, some from the front may be. */
export function unnumbered(): Story {
  const sends = [['apple', 'bread', 'apple', 'cream', 'bread'], ['apple'], ['bread', 'cream']]
  const all = sends.flat()
  let accepted = 0
  return {
    job: wordCount,
    reaches: ['deploy', 'append'],
    victim: async (client) => {
      for (const items of sends) {
        await client.send('words' as string, items)
        accepted += items.length
      }
    },
    expected: () =>
      Promise.all(
        Array.from({ length: all.length - accepted + 1 }, (_, more) =>
          memory()
            .on(wordCount)
            .run({ words: all.slice(0, accepted + more) }),
        ),
      ),
  }
}

/** Somebody who looks after dead letters, records and deltas: drops one, sends the others back. */
export function mended(): Story {
  let broken = true
  const letters = store('letters', {
    key: codec.string,
    sum: aggregation({
      value: codec.string,
      semigroup: {
        concat: (a: string, b: string) => {
          if (broken && b === 'c') throw new Error('cannot add c')
          return [...a, ...b].sort().join('')
        },
      },
    }),
  })
  const mending = job(
    'mended',
    words
      .map((word) => {
        if (broken && word.startsWith('bad')) throw new Error(`cannot read ${word}`)
        return [word.slice(0, 3), word.slice(3)] as const
      })
      .sumByKey(letters),
  )
  const batches = [['seta', 'badb'], ['setb', 'badc'], ['setc'], ['badd']]
  const ids = new Map<string, string>()
  const act = async ({ deadLetters }: Client<AnySlot>) => {
    broken = false
    await deadLetters.drop(ids.get('badb'))
    await deadLetters.retry(ids.get('badc'))
    await deadLetters.retry()
  }
  return {
    job: mending,
    reaches: ['retry-record', 'retry-delta'],
    before: async ({ client, work }) => {
      await send(client, 'words', batches)
      await work()
      for (const { id, record } of await client.deadLetters.list()) ids.set(record, id)
      expect([...ids.keys()].sort()).toEqual(['["set","c"]', 'badb', 'badc', 'badd'])
    },
    victim: act,
    again: act,
    expected: async () => [
      await memory()
        .on(mending)
        .run({ words: batches.flat().filter((word) => word !== 'badb') }),
    ],
  }
}

/** Somebody who has a batch run again that was out of attempts. */
export function setAside(): Story {
  const names = service('names', { key: codec.string, value: codec.string })
  const asking = job(
    'set-aside',
    words
      .lookup(names)
      .map(([word]) => [word, 1] as const)
      .sumByKey(counts),
  )
  let away = true
  const inputs = { words: ['apple', 'bread'], names: new Map<string, string>() }
  const act = (client: Client<AnySlot>) => {
    away = false
    return client.deadLetters.retryFailed()
  }
  return {
    job: asking,
    reaches: [],
    options: { attempts: 2 },
    services: {
      names: () => {
        if (away) throw new Error('the network is away')
      },
    },
    before: async ({ client, work }) => {
      await send(client, 'words', [inputs.words])
      await work(() => expect.poll(async () => (await client.status()).failed.length, { timeout: 15_000 }).toBe(1))
    },
    victim: act,
    again: act,
    expected: async () => [await memory().on(asking).run(inputs)],
  }
}

/** A newer plan that takes over from an older one, with a batch of the older one's still to be run. */
export function takingOver(): Story {
  const seen = sink('seen', { item: codec.string })
  const newer = job('word-count', words.write(seen), words.map((word) => [word, 1] as const).sumByKey(counts))
  const batches = [['apple', 'bread'], ['apple']]
  const act = (client: Client<AnySlot>) => send(client, 'words', batches)
  return {
    job: newer,
    reaches: ['deploy', 'append'],
    before: ({ as }) => as(wordCount, (client) => send(client, 'words', batches.slice(0, 1))),
    victim: act,
    again: act,
    expected: async () => [await memory().on(newer).run({ words: batches.flat() })],
  }
}

/** Somebody who removes a job and begins anew. */
export function removed(): Story {
  return {
    job: wordCount,
    reaches: [],
    before: async ({ client, work }) => {
      await send(client, 'words', [['apple'], ['bread']])
      await work()
      await send(client, 'words', [['apple'], ['bread'], ['cream']])
    },
    // Whoever stands still in the middle of this, and goes on when others have begun anew, removes that too.
    modes: ['before', 'after'],
    victim: (client) => client.reset(),
    again: async (client) => {
      await client.reset()
      expect(await client.footprint()).toEqual({ keys: 0, workers: 0 })
    },
    after: (client) => send(client, 'words', [['apple']]),
    expected: async () => [
      await memory()
        .on(wordCount)
        .run({ words: ['apple'] }),
    ],
  }
}
