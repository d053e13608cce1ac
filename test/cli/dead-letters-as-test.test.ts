import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, rm, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { encoded } from 'tanager'
import type { BullmqApp } from 'tanager/bullmq'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { runnerAt } from '../../cli/replay/runner.ts'
import { type KeySpace, keySpace } from '../redis/redis.ts'
import { inside } from './inside.ts'
import { type Ended, type Folder, folder, tanager } from './tanager.ts'

const root = join(import.meta.dirname, '../..')

/** A package of somebody's, with a job that refuses what is in it for every reason there is; `mended`, nothing. */
const module = (mended: boolean) => `import { createHash } from 'node:crypto'
import { aggregation, codec, job, service, source, store } from 'tanager'
import { sum } from 'tanager/algebra'
import { bullmq } from 'tanager/bullmq'

const mended = ${mended}
const lines = source('lines', { item: codec.string })
const numbers = source('the-numbers', { item: ${mended ? 'codec.float' : 'codec.int'} })
const kinds = service('kinds', { key: ${mended ? 'codec.float' : 'codec.int'}, value: codec.string })
const lengths = store('lengths', { key: codec.string, sum })
const capped = store('capped', {
  key: codec.string,
  sum: aggregation({
    value: codec.float,
    semigroup: {
      concat: (a, b) => {
        if (a + b > 100 && !mended) throw new Error(a + ' and ' + b + ' are too much')
        return a + b
      },
    },
  }),
})
const twice = store('twice', { key: codec.string, sum })

const counted = lines
  .map((line) => {
    // Which it is says its digest: whoever bends a letter of the record gets another error.
    if (line.length > 5 && !mended) throw new Error(createHash('sha256').update(line).digest('hex'))
    return [line.slice(0, 5), line.length] as const
  })
  .sumByKey(lengths)

export default bullmq()
  .on(
    job(
      'refusing',
      counted
        .map(([key, { delta }]) => {
          if (key === 'four' && !mended) throw new Error('four is no good')
          return [key, delta] as const
        })
        .sumByKey(twice),
      numbers
        .lookup(kinds)
        .map(([n, kind]) => {
          if (kind._tag === 'Some' && kind.value === 'bad' && !mended) throw new Error(n + ' is bad')
          return ['all', n] as const
        })
        .sumByKey(capped),
    ),
  )
  .bind({ kinds: new Map([[13, 'bad']]) })
`

const hostile = [
  `a "quoted" and 'quoted' \`record\` with $\{injected} and \\\\ and \\n`,
  "'); throw new Error('injected'); //\n\r\u2028\u2029\u0085\0*/ /* <!-- </script>",
  // Not in one piece: here it would choose where these tests run.
  `@vitest${'-'}environment nowhere //# sourceMappingURL=nowhere.map`,
  'import.meta.env.MODE process.env.NODE_ENV import.meta.vitest vi.mock("x")',
  'na\u00efve \u{1f426} \u202etxet\u202c \ufeff \u{e0041}\u200b',
].join('\n')

const kinds = {
  hostile: { stream: 'lines', record: hostile },
  megabyte: { stream: 'lines', record: `${'x\u2028"\\'.repeat(250_000)}end` },
  unreadable: { stream: 'the-numbers', record: '1.5' },
  bad: { stream: 'the-numbers', record: '13' },
} as const

interface Letter {
  readonly id: string
  readonly stream: string
  readonly node: string
  readonly record: string
  readonly error: string
}

let at: Folder
let space: KeySpace
let letters: readonly Letter[]

beforeAll(async () => {
  at = await folder()
  space = await keySpace()
  await at.file('package.json', '{"type":"module","devDependencies":{"vitest":"*"}}')
  const conditions = "['tanager-source', 'node', 'import', 'module', 'default']"
  await at.file(
    'vitest.config.mjs',
    `export default { resolve: { conditions: ${conditions} }, ssr: { resolve: { conditions: ${conditions} } } }`,
  )
  await mkdir(at.path('node_modules'))
  await mkdir(at.path('jobs'))
  await symlink(root, at.path('node_modules/tanager'))
  for (const name of ['vitest', 'tsx']) await symlink(join(root, 'node_modules', name), at.path(`node_modules/${name}`))
  const file = await at.file('jobs/deploy.ts', module(false))

  const { default: app } = (await import(/* @vite-ignore */ pathToFileURL(file).href)) as { default: BullmqApp }
  const deployed = app.with({ redis: space.url, prefix: space.prefix })
  const client = deployed.client()
  const worker = await deployed.start()
  try {
    const send = async (stream: string, ...records: readonly string[]) =>
      client.settled({ after: await client.send(stream as never, encoded(records)), timeout: 20_000 })
    for (const { stream, record } of Object.values(kinds)) await send(stream, record)
    // Two batches, so that it is the store that cannot add them.
    await send('the-numbers', '98')
    await send('the-numbers', '40')
    await send('lines', 'four')
    await vi.waitUntil(async () => (await client.status()).deadLetters === 6, { timeout: 20_000 })
    letters = await client.deadLetters.list()
  } finally {
    await worker.close()
    await client.close()
  }
})

afterAll(async () => {
  await at[Symbol.asyncDispose]()
  await space.close()
})

const letterOf = (matches: (letter: Letter) => boolean): Letter => letters.find(matches) as Letter

const here = process.cwd()

/** Prints a dead letter as a test, as a person would in the package's folder. */
async function printed(id: string, ...args: readonly string[]): Promise<Ended> {
  process.chdir(at.path('.'))
  try {
    return await inside([...asTest(id), ...args])
  } finally {
    process.chdir(here)
  }
}

const asTest = (id: string) => [
  ...['dead-letters', 'jobs/deploy.ts', 'show', id, '--as-test'],
  ...['--redis', space.url, '--redis-prefix', space.prefix],
]

const runs = {
  vitest: (files: readonly string[]) => [join(root, 'node_modules/vitest/vitest.mjs'), 'run', ...files],
  node: (files: readonly string[]) => ['--conditions=tanager-source', '--import', 'tsx', '--test', ...files],
} as const

async function run(runner: keyof typeof runs, files: readonly string[]): Promise<Ended> {
  // What a run inherits of the one it is called in must not tell it that it is part of it.
  const { NODE_TEST_CONTEXT: _, VITEST: __, VITEST_POOL_ID: ___, VITEST_WORKER_ID: ____, ...env } = process.env
  const child = spawn(process.execPath, runs[runner](files), { cwd: at.path('.'), env: { ...env, NO_COLOR: '1', CI: '1' } })
  child.stdin.end()
  const ended: { stdout: string; stderr: string } = { stdout: '', stderr: '' }
  for (const name of ['stdout', 'stderr'] as const) child[name].setEncoding('utf8').on('data', (text: string) => (ended[name] += text))
  const [code, signal] = await once(child, 'close')
  return { code, signal, ...ended }
}

describe('a printed test', () => {
  const red = { vitest: /Tests +(\d+) failed \(\1\)/, node: /^[#ℹ] fail (\d+)$/m }
  const green = { vitest: /Tests +(\d+) passed \(\1\)/, node: /^[#ℹ] pass (\d+)$/m }

  // Node's own takes a process for each file.
  test.each([
    ['vitest', (letter: Letter) => letter.stream !== 'lengths'],
    ['node', (letter: Letter) => letter.record === hostile || letter.node === 'merge'],
  ] as const)('run by %s fails with the record’s own error, until the job is mended', { timeout: 180_000 }, async (runner, wanted) => {
    const files: string[] = []
    const asked = letters.filter(wanted)
    for (const { id } of asked) {
      const { code, stdout, stderr } = await printed(id, ...(runner === 'vitest' ? [] : ['--runner', runner]))
      const name = `${runner}-${id}.test.ts`
      expect(stderr).toMatch(
        /^Keep it in this folder: … > \S+\.test\.ts\. Then: (npx vitest run|node --import tsx --test) \S+\.test\.ts\n$/,
      )
      expect(code).toBe(0)
      files.push(name)
      await at.file(name, stdout)
    }
    expect(files.length).toBe(runner === 'vitest' ? 5 : 2)

    const before = await run(runner, files)
    const said = before.stdout + before.stderr
    for (const { error } of asked) expect(said).toContain(error.slice(0, 30))
    expect(red[runner].exec(said)?.[1]).toBe(`${files.length}`)
    expect(before.code).toBe(1)

    await at.file('jobs/deploy.ts', module(true))
    const after = await run(runner, files)
    await at.file('jobs/deploy.ts', module(false))
    expect(green[runner].exec(after.stdout)?.[1]).toBe(`${files.length}`)
    expect(after.code).toBe(0)
  })

  test('is the same from a process of its own, and stdout is all of it', async () => {
    const { id } = letterOf(({ record }) => record === hostile)
    const { code, stdout } = await tanager(asTest(id), { cwd: at.path('.') })
    expect({ code, stdout }).toEqual({ code: 0, stdout: (await printed(id)).stdout })
  })
})

test('a change of a store is no test, and is said to be none', async () => {
  const { id } = letterOf(({ stream, node }) => stream === 'lengths' && node !== 'merge')
  const { code, stdout, stderr } = await printed(id)
  expect(stderr).toMatch(
    /^error: the dead letter \S+ is no record of a source but a change of the store lengths: under the key "four", 4 from nothing\. /,
  )
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
})

test('an id that is none, and options that do not fit', async () => {
  expect(await printed('17-0')).toMatchObject({
    code: 1,
    stdout: '',
    stderr: 'error: no dead letter and no failed batch has the id 17-0\n',
  })
  const wrong = async (...args: readonly string[]) => {
    const { code, stdout, stderr } = await inside(['dead-letters', at.path('jobs/deploy.ts'), ...args])
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    return stderr
  }
  expect(await wrong('list', '--as-test')).toContain('--as-test is for show')
  expect(await wrong('show', '17-0', '--as-test', '--json')).toContain('--as-test prints a file of TypeScript, and --json asks for JSON')
  expect(await wrong('show', '17-0', '--runner', 'node')).toContain('--runner is for --as-test')
  expect(await wrong('show', '17-0', '--as-test', '--runner', 'mocha')).toContain('Allowed choices are vitest, jest, node')
  expect(await wrong('show', '--as-test')).toContain('show needs an ID')
})

test('the runner is the one that the nearest package has, vitest first', async () => {
  const runnerOf = async (manifest: string) => {
    await at.file('jobs/package.json', manifest)
    return runnerAt(at.path('jobs'))
  }
  expect(await runnerOf('{"devDependencies":{"jest":"*"}}')).toBe('jest')
  expect(await runnerOf('{"devDependencies":{"jest":"*"},"dependencies":{"vitest":"*"}}')).toBe('vitest')
  expect(await runnerOf('{"type":"module"}')).toBe('node')
  await rm(at.path('jobs/package.json'))
  expect(runnerAt(at.path('jobs'))).toBe('vitest')
  expect(runnerAt('/')).toBe('node')
})
