import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect, it } from 'vitest'

const root = join(import.meta.dirname, '../../..')

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

const file = (path: string) => JSON.stringify(pathToFileURL(join(root, 'testing', path)).href)

it('without fast-check, generators and laws of platforms say what to type, and laws of logs do without', async () => {
  const program = `
    const { randomJobs } = await import(${file('arbitrary/jobs.ts')})
    const { inputsOf } = await import(${file('arbitrary/inputs.ts')})
    const { randomMerges } = await import(${file('arbitrary/merges.ts')})
    const { platformLaws } = await import(${file('laws/platform/laws.ts')})
    const { logLaws } = await import(${file('laws/log/laws.ts')})
    const asked = [randomJobs(), inputsOf({ slots: new Map() }), randomMerges([[1]]), platformLaws({ name: 'mine' })]
    for (const answer of asked) console.log(await answer.catch(({ message }) => message))
    console.log(logLaws({ open: () => {} }).length > 40)
  `
  const printed = await new Promise<string>((resolve) => {
    const options = ['--conditions=tanager-source', '--import', 'tsx', '--import', without, '--input-type=module', '--eval', program]
    execFile(process.execPath, options, { cwd: root }, (_error, stdout, stderr) => resolve(stdout + stderr))
  })
  const sentence = 'checking laws needs the package fast-check, which is not installed. Type: npm install --save-dev fast-check\n'
  expect(printed).toBe(`${sentence.repeat(4)}true\n`)
})
