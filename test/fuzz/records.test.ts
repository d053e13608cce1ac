import fc from 'fast-check'
import { codec, encoded, type Job, job, source, store } from 'tanager'
import { sum } from 'tanager/algebra'
import { memory } from 'tanager/memory'
import { describe, expect, test } from 'vitest'
import type { AnyStore } from '../../core/plan/plan.ts'
import { everyCase, nearlyEncoded } from '../laws/arbitrary/codec.ts'
import { contents, deployed } from '../platforms/bullmq/deployed.ts'
import { hostileText } from '../security/hostile.ts'
import { seed } from './seed.ts'

/** Beyond what a codec or a parser may have been made for: deep, long, and wide. */
const monstrous: readonly string[] = [
  '['.repeat(5_000),
  `${'['.repeat(2_000)}${']'.repeat(2_000)}`,
  `${'{"a":'.repeat(20_000)}1${'}'.repeat(20_000)}`,
  '9'.repeat(5_000),
  `1e${'9'.repeat(400)}`,
  `-${'0'.repeat(1_000)}1`,
  'A'.repeat(100_001),
  `[${'null,'.repeat(20_000)}null]`,
  JSON.stringify(Object.fromEntries(Array.from({ length: 5_000 }, (_, i) => [`k${i}`, i]))),
  '\u0000'.repeat(10_000),
  `"${'\\u0000'.repeat(5_000)}"`,
]

const words = source('words', { item: codec.string })
const counts = store('counts', { key: codec.string, sum })

/** Takes each word apart as far as it goes: keys that are anything, values that are anything, functions that throw. */
const text = words
  .map((word) => {
    if (word.length % 7 === 3) throw new Error(word)
    return [word, word.length] as const
  })
  .sumByKey(counts)

/** One source for each codec, read by itself, and counted under itself: what is read as a record is written as a key. */
const lanes = everyCase.map((of, i) => {
  const item = source(`s${i}`, { item: of.codec })
  const kept = store(`k${i}`, { key: of.codec, sum }) as unknown as AnyStore
  return { of, from: `s${i}`, kept, tail: item.map((value) => [value, 1] as const).sumByKey(kept) }
})

const everyCodec = job('fuzzed', text, ...lanes.map(({ tail }) => tail)) as unknown as Job

function recordsOf(many: number): Readonly<Record<string, readonly string[]>> {
  const sample = (from: fc.Arbitrary<string>, numRuns: number) => fc.sample(from, { seed, numRuns })
  return Object.fromEntries([
    ['words', [...sample(hostileText, many), ...monstrous]],
    ...lanes.map(({ from, of }) => [from, [...sample(fc.oneof(nearlyEncoded(of), hostileText), many), ...monstrous]]),
  ])
}

type Ran = { readonly stores: Record<string, ReadonlyMap<unknown, number>>; readonly deadLetters: readonly { readonly stream: string }[] }

async function inMemory(inputs: Readonly<Record<string, readonly string[]>>): Promise<Ran> {
  const run = memory().on(everyCodec).run as (inputs: object) => Promise<Ran>
  return run(Object.fromEntries(Object.entries(inputs).map(([name, texts]) => [name, encoded(texts)])))
}

const total = (values: Iterable<number>) => [...values].reduce((sum, n) => sum + n, 0)
const dead = (letters: Ran['deadLetters'], stream: string) => letters.filter((letter) => letter.stream === stream).length
const byText = ({ key }: AnyStore, map: ReadonlyMap<unknown, number>) => new Map([...map].map(([k, n]) => [key.encode(k), n]))

describe(`fuzzed records, seed ${seed}`, () => {
  test('in memory: each is counted or a dead letter', async () => {
    const inputs = recordsOf(800)
    expect(total(Object.values(inputs).map(({ length }) => length))).toBeGreaterThan(10_000)
    const { stores, deadLetters } = await inMemory(inputs)
    for (const { from, kept } of lanes) {
      const counted = total((stores[kept.name] as ReadonlyMap<unknown, number>).values())
      expect(counted + dead(deadLetters, from), from).toBe(inputs[from]?.length)
      expect(counted, from).toBeGreaterThan(0)
      expect(dead(deadLetters, from), from).toBeGreaterThan(kept.key.id === 'string' ? -1 : 0)
    }
  })

  test('on BullMQ and Redis: the same, with the same workers to the end', async () => {
    const inputs = recordsOf(200)
    const expected = await inMemory(inputs)
    await using there = await deployed(everyCodec, {}, { partitions: 2, batch: { batchRecords: 97 } })
    const fatal: unknown[] = []
    const onFatal = (error: unknown) => fatal.push(error)
    process.on('uncaughtExceptionMonitor', onFatal)
    await Promise.all([there.worker(), there.worker()])
    for (const [name, texts] of Object.entries(inputs)) await there.client.send(name, encoded(texts))
    await there.client.settled({ timeout: 50_000 })
    process.off('uncaughtExceptionMonitor', onFatal)

    const { streams, deadLetters, failed, workers } = await there.client.status()
    expect({ failed, workers, fatal, notices: there.notices }).toEqual({ failed: [], workers: 2, fatal: [], notices: [] })
    expect(deadLetters).toBe(expected.deadLetters.length)
    for (const [name, texts] of Object.entries(inputs)) expect(streams.get(name)?.records, name).toBe(texts.length)
    for (const { kept } of lanes) {
      const found = await contents<unknown, number>(there.client.store(kept.name).entries())
      expect(byText(kept, found), kept.name).toEqual(byText(kept, expected.stores[kept.name] as ReadonlyMap<unknown, number>))
    }
    expect(await contents<unknown, number>(there.client.store('counts').entries())).toEqual(new Map(expected.stores.counts))
  })
})
