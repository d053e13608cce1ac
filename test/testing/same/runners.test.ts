import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'

const file = fileURLToPath(new URL('node-test.ts', import.meta.url))

it('works under the test runner of Node as well', { timeout: 30_000 }, async () => {
  const said = await new Promise<string>((resolve) => {
    const args = ['--conditions=tanager-source', '--import', 'tsx', '--test', '--test-reporter=tap', file]
    execFile(process.execPath, args, (_error, stdout) => resolve(stdout))
  })
  expect(said).toMatch(/^ *ok \d+ - a job that comes to the same$/m)
  expect(said).toMatch(/^ *not ok \d+ - a platform that loses a record$/m)
  expect(said).toMatch(/^ *job word-count is not the same on memory and wrong:\n *store counts, key "spring": memory has 2, wrong has 1$/m)
})
