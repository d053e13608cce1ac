import assert from 'node:assert/strict'
import { test } from 'node:test'
import { driver } from '../../../../testing/driver/driver.ts'
import { script } from '../../../../testing/driver/script.ts'
import { counting } from '../jobs.ts'

test('a driver', async () => {
  const app = driver(counting)
  app.crash({ before: 'commitSum' })
  await app.pipe('words', ['a', 'a'])
  await app.advanceTime(1000)
  assert.deepEqual(app.stores, { counts: new Map([['a', 2]]) })
})

test('a script', async () => {
  const story = script(counting)
    .add('words', ['a'])
    .check(({ stores }) => assert.deepEqual(stores.counts, new Map([['a', 1]])))
  await story.run()
  await story.explore({ runs: 5 })
})
