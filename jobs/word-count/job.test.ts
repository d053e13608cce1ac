import { memory } from 'tanager/memory'
import { expect, test } from 'vitest'
import wordCount from './job.ts'

const lines = ['to be or not to be', 'that is the question', '', 'To sleep, perchance to dream: ay, there’s the rub']

test('counts words, and how many words occur so often', async () => {
  const { stores } = await memory().on(wordCount).run({ lines })
  expect(stores.words.get('to')).toBe(4)
  expect(stores.words.get('there’s')).toBe(1)
  // Four times `to`, twice `be` and `the`, once all the others.
  expect(Object.fromEntries(stores.occurrences)).toEqual({ 4: 1, 2: 2, 1: 11 })
})

test('comes to the same, a line at a time', async () => {
  const all = await memory().on(wordCount).run({ lines })
  const oneByOne = await memory({ batchSize: 1 }).on(wordCount).run({ lines })
  expect(oneByOne.stores).toEqual(all.stores)
})
