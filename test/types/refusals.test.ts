import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'

const root = fileURLToPath(new URL('../..', import.meta.url))

/** What the compiler says of the folder `refusals`: one file for each mistake, each named after it. */
function compilerOutput(): Promise<string> {
  const tsc = fileURLToPath(new URL('../../node_modules/typescript/bin/tsc', import.meta.url))
  return new Promise((resolve) => {
    execFile(process.execPath, [tsc, '--pretty', 'false', '-p', 'test/types/refusals/tsconfig.json'], { cwd: root }, (_error, stdout) => {
      resolve(stdout)
    })
  })
}

// The whole text is pinned, because it is what a user reads: a change of types that makes it worse must be seen.
it('refuses mistakes at compile time, in words that say what is wrong', async () => {
  await expect(await compilerOutput()).toMatchFileSnapshot('refusals.txt')
})
