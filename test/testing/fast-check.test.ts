import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { expect, test } from 'vitest'

const root = join(import.meta.dirname, '../..')

/** A loader that knows no fast-check, as where nobody has installed it. */
const without = `data:text/javascript,${encodeURIComponent(`
  import { register } from 'node:module'
  register('data:text/javascript,' + encodeURIComponent(\`
    export async function resolve(name, context, next) {
      if (name === 'fast-check') throw new Error("Cannot find package 'fast-check' imported from " + context.parentURL)
      return next(name, context)
    }
  \`))
`)}`

function node(...args: readonly string[]): Promise<{ readonly code: number; readonly stdout: string; readonly stderr: string }> {
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      ['--conditions=tanager-source', '--import', 'tsx', '--import', without, ...args],
      { cwd: root },
      (error, stdout, stderr) => {
        resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr })
      },
    )
  })
}

test('without fast-check, the kit says what to type, and can be imported all the same', async () => {
  const program = `
    const { checkAggregation } = await import('tanager/testing')
    const { sum } = await import('tanager/algebra')
    console.log(await checkAggregation(sum).catch(({ code, message }) => code + ': ' + message))
  `
  const { stdout } = await node('--input-type=module', '--eval', program)
  expect(stdout).toBe(
    'missing-package: checking laws needs the package fast-check, which is not installed. Type: npm install --save-dev fast-check\n',
  )
})

test('without fast-check, so does the command', async () => {
  const { code, stdout, stderr } = await node('cli/main.ts', 'check', 'jobs/word-count/job.ts')
  expect({ code, stdout, stderr }).toEqual({
    code: 1,
    stdout: '',
    stderr: 'error: checking laws needs the package fast-check, which is not installed. Type: npm install --save-dev fast-check\n',
  })
})
