import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import impure from './wrong/captured-set.ts'
import wrong from './wrong/declared-commutative.ts'

const file = join(import.meta.dirname, 'runner', 'node.ts')

/** What `node --test` says of the file. */
function saidByNode(): Promise<string> {
  const args = ['--import', 'tsx', '--conditions=tanager-source', '--test', '--test-reporter=tap', file]
  // It is a process of its own: no part of the run that it is started by.
  const { NODE_TEST_CONTEXT, NODE_OPTIONS, ...env } = process.env
  return new Promise((resolve, reject) => {
    execFile(process.execPath, args, { env }, (error, stdout, stderr) => {
      // It exits with 1, since tests fail: that is what we are here for.
      if (error === null || error.code !== 1) reject(new Error(`${stdout}${stderr}`, { cause: error }))
      else resolve(stdout)
    })
  })
}

test('node:test runs it too, and tells the whole story, a line a line', async () => {
  const lines = (await saidByNode()).split('\n').map((line) => line.trim())
  expect(lines).toContain('ok 1 - right')
  expect(lines).toContain('not ok 2 - wrong')
  expect(lines).toContain('not ok 3 - impure')
  const story = wrong.says.map((line) => line.trim())
  const from = lines.indexOf(story[0] as string)
  expect(lines.slice(from, from + story.length + 1)).toEqual([...story, '(seed 1)'])
  expect(lines).toContain(impure.says[0])
  expect(lines.filter((line) => line === `name: 'UnlawfulError'`)).toHaveLength(2)
})
