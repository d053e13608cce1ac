import assert from 'node:assert/strict'
import { test } from 'node:test'
import { codec, job, source, store } from 'tanager'
import { sum } from 'tanager/algebra'
import { onMemory } from '../../../testing/platform/memory.ts'
import { expectSame } from '../../../testing/same/expect-same.ts'
import { feeding } from './platforms.ts'

// Run by runners.test.ts, under Node's own test runner: one test that passes, one that fails.

const words = source('words', { item: codec.string })
const wordCount = job('word-count', words.map((word) => [word, 1] as const).sumByKey(store('counts', { key: codec.string, sum })))
const inputs = { words: ['spring', 'summer', 'spring'] }

test('a job that comes to the same', async () => {
  const { stores } = await expectSame(wordCount, inputs)
  assert.equal(stores.counts.get('spring'), 2)
})

test('a platform that loses a record', async () => {
  await expectSame(wordCount, inputs, [onMemory(), feeding('words', (records) => records.slice(1))], { seed: 1 })
})
