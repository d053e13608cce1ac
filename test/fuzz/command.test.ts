import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { programOf } from '../../cli/program.ts'
import { inside } from '../cli/inside.ts'
import { type Ended, type Folder, fixture, folder, tanager } from '../cli/tanager.ts'
import { commandLine, type Material } from './command-lines.ts'
import { seed } from './seed.ts'

/** A line that does not wait long for the Redis that is not there. */
function impatient(line: readonly string[]): readonly string[] {
  const [name] = line
  // It runs the job, whose functions nobody can stop: not over records that take seconds each.
  if (name === 'check') return [...line.map((word) => word.replace(/slow\.ts$/, 'words.ts')), '--seconds', '0.1']
  // It would wait for somebody who debugs.
  if (name === 'replay') return [...line.filter((word) => word !== '--debug'), '--timeout', '0.02']
  const waits = programOf()
    .commands.find((each) => each.name() === name)
    ?.options.some(({ long }) => long === '--timeout')
  return waits && (name !== 'run' || line.includes('bullmq')) ? [...line, '--timeout', '0.02'] : line
}

let at: Folder
let material: Material

beforeAll(async () => {
  at = await folder()
  await at.file('package.json', '{"type":"module"}')
  material = {
    good: ['words.ts', 'words.ts', 'narrow.ts', 'shop.ts', 'shop-deploy.ts', 'slow.ts', 'failing.ts'].map(fixture),
    bad: [
      'jobs/word-count',
      'package.json',
      'no/such/module.ts',
      await at.file('empty.ts', ''),
      await at.file('throws.mjs', 'throw new Error("no luck")\n'),
      await at.file('nothing.mjs', 'throw null\n'),
      await at.file('syntax.ts', 'export default {\n'),
      await at.file('other.mjs', 'export default { kind: "job" }\n'),
      await at.file('hostile.mjs', 'export default new Proxy({}, { get() { throw new Error("hands off") } })\n'),
      await at.file('nul.mjs', '\0\0\0\n'),
      await at.file('binary.ts', randomBytes(2_000)),
      at.path(''),
    ],
    files: [
      await at.file('lines.txt', 'to be\nor not\n\n"to be"\n'),
      await at.file('orders.jsonl', '{"item":"hat","amount":3}\n{"item":\n\u2028\n[]\n'),
      await at.file('binary.dat', randomBytes(20_000)),
      await at.file('nothing.txt', ''),
      'no/such/file',
      at.path(''),
      '/dev/null',
    ],
  }
})

afterAll(() => at[Symbol.asyncDispose]())

/** An end that a person can do something with. */
function mustBeGraceful(line: readonly string[], { code, stdout, stderr }: Ended): void {
  const said = `${JSON.stringify(line)}\n${stdout}${stderr}`
  expect([0, 1, 2], said).toContain(code)
  // A counter-example may well be of such words.
  expect(line[0] === 'check' ? stderr : said, said).not.toMatch(/\bundefined\b|\[object |\[Function|TypeError|RangeError|ReferenceError/)
  if (!line.includes('--debug')) expect(said).not.toMatch(/^ +at .*\d\)?$/m)
  if (code === 0) return
  // What these find is no error of their own.
  expect(['doctor', 'check'].includes(line[0] as string) ? `error: ${stdout}${stderr}` : stderr, said).toMatch(/^error: ./m)
  if (code === 2) expect(stderr, said).toMatch(/\n {2}tanager .*\n\ntanager .*--help tells more\.\n$/)
}

/** Calls the command here, where stdin is somebody else's, and a worker that waits for ever is told to end. */
async function called(line: readonly string[]): Promise<Ended> {
  const told = setInterval(() => process.emit('SIGTERM'), 2_000)
  const late = new Promise<never>((_, reject) => {
    setTimeout(() => reject(new Error(`it does not end: ${JSON.stringify(line)}`)), 20_000).unref()
  })
  try {
    return await Promise.race([inside(line), late])
  } finally {
    clearInterval(told)
  }
}

const readsStdin = (line: readonly string[]) => line.some((word) => /^(?:.*=)?-$/.test(word))

/** What the system does not pass on: a NUL ends an argument. */
const unheardOf = (line: readonly string[]) => line.some((word) => word.includes('\0'))

describe(`fuzzed command lines, seed ${seed}`, () => {
  test('1000 in this process', { timeout: 300_000 }, async () => {
    vi.stubEnv('REDIS_URL', 'redis://127.0.0.1:1')
    const lines = fc.sample(
      commandLine(material).filter((line) => !readsStdin(line) && !unheardOf(line)),
      { seed, numRuns: 1000 },
    )
    const codes = new Map<number | null, number>()
    try {
      for (const line of lines) {
        const ended = await called(impatient(line))
        mustBeGraceful(line, ended)
        codes.set(ended.code, (codes.get(ended.code) ?? 0) + 1)
      }
    } finally {
      vi.unstubAllEnvs()
    }
    // Not all of them are stopped at the door.
    for (const code of [0, 1, 2]) expect(codes.get(code), JSON.stringify([...codes])).toBeGreaterThan(20)
  })

  test('some in processes of their own', { timeout: 300_000 }, async () => {
    const lines = fc.sample(
      commandLine(material).filter((line) => !unheardOf(line)),
      { seed: seed + 1, numRuns: 30 },
    )
    const env = { REDIS_URL: 'redis://127.0.0.1:1' }
    const left = lines.map(impatient)
    const one = async () => {
      for (let line = left.shift(); line !== undefined; line = left.shift()) mustBeGraceful(line, await tanager(line, { env }))
    }
    await Promise.all([one(), one(), one()])
  })

  const graceful = async (text: string) => {
    const module = await at.file(`module-${randomBytes(4).toString('hex')}.mjs`, text)
    for (const line of [
      ['graph', module],
      ['status', module],
    ])
      mustBeGraceful(line, await tanager(impatient(line)))
  }

  test.each([
    ['whose default export is a promise that fails', 'export default Promise.reject(new Error("no luck"))\n'],
    ['that throws when there is nothing left to do', 'setTimeout(() => { throw new Error("no luck") })\nexport default 1\n'],
  ])('a module %s', async (_what, text) => {
    await graceful(text)
  })

  test.each([
    ['that never ends', 'export default await new Promise(() => {})\n'],
    ['that only looks like a job', 'export default { kind: "job", name: "a", tails: [] }\n'],
    ['that only looks like a deployment', 'export default { kind: "deployment", job: { kind: "job", tails: [] }, start() {} }\n'],
  ])('a module %s', async (_what, text) => {
    await graceful(text)
  })
})
