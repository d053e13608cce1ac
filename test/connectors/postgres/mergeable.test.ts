import { codec, type option, store } from 'tanager'
import { sparseSum, sum } from 'tanager/algebra'
import { promised } from 'tanager/store'
import { mergeableStoreLaws } from 'tanager/testing'
import { describe, expect, it, test } from 'vitest'
import { type PostgresMergeableStore, postgresMergeableStore } from '../../../connectors/postgres/index.ts'
import { type Space, spaces } from './database.ts'

const space = spaces()
const counters = store('counters', { key: codec.string, sum })
const sparse = store('sparse', { key: codec.string, sum: sparseSum })

describe('a table as a mergeable store', () => {
  const opened = new Map<object, Space>()
  const suite = mergeableStoreLaws({
    open: async () => {
      const at = await space()
      const made = postgresMergeableStore({ url: at.url, schema: at.schema, store: sparse, create: true })
      opened.set(made, at)
      return made
    },
    close: async (made) => {
      await (made as PostgresMergeableStore<string, number>).close()
      await opened.get(made)?.[Symbol.asyncDispose]()
    },
    aggregation: sparseSum,
    keys: ['a', 'b', '\0'],
    values: [1, 2, -1],
    refused: ['\ud800'],
    runs: 6,
  })
  for (const { name, check } of suite) test(name, check)

  it('loses no merge of many workers at once, into keys that are there and that are not', async () => {
    await using at = await space()
    const options = { url: at.url, schema: at.schema, store: counters, create: true }
    await using one = postgresMergeableStore(options)
    await using two = postgresMergeableStore(options)
    const keys = Array.from({ length: 100 }, (_, i) => `key ${i}`)
    const work = (kept: typeof one, from: number) =>
      promised(kept).multiMerge(Array.from({ length: 200 }, (_, i) => [keys[(from + i * 37) % keys.length] as string, 1] as const))
    const before = await Promise.all(Array.from({ length: 20 }, (_, i) => work(i % 2 === 0 ? one : two, i)))
    const all = new Map<string, number>()
    for await (const [key, value] of one.entries()) all.set(key, value)
    expect(all).toEqual(new Map(keys.map((key) => [key, 40])))
    // Each value was there once: no merge saw what another did.
    expect(before.flat().filter((value) => value === undefined)).toHaveLength(keys.length)
  })

  it('fails alone where a total is refused', async () => {
    await using at = await space()
    await using kept = postgresMergeableStore({ url: at.url, schema: at.schema, store: counters, create: true })
    await promised(kept).put('full', Number.MAX_SAFE_INTEGER)
    const [full, other] = await kept.multiMerge([
      ['full', 1],
      ['other', 1],
    ])()
    expect(full).toMatchObject({ _tag: 'Left', left: { code: 'overflow', retryable: false } })
    expect(other).toMatchObject({ _tag: 'Right', right: { _tag: 'None' } satisfies option.Option<number> })
    expect(await promised(kept).multiGet(['full', 'other'])).toEqual([Number.MAX_SAFE_INTEGER, 1])
  })
})
