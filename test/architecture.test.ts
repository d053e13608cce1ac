import { execFile } from 'node:child_process'
import { cp, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'

// Which folder may import which is written down in biome.json. This test proves that the rules bite: it lints small
// files, one per line below, in a folder that has our configuration and nothing else.

const root = join(import.meta.dirname, '..')

const refused: readonly (readonly [file: string, text: string, because: string])[] = [
  ['core/plan/a.ts', `import 'node:fs'`, 'core imports no package but fp-ts'],
  ['core/plan/a.ts', `import type { Readable } from 'node:stream'`, 'core imports no package but fp-ts'],
  ['core/a.ts', `export * from 'fs'`, 'core imports no package but fp-ts'],
  ['core/a.ts', `export const fs = () => import('node:fs')`, 'core imports no package but fp-ts'],
  ['core/a.ts', `import 'ioredis'`, 'core imports no package but fp-ts'],
  ['core/a.ts', `import 'tanager/memory'`, 'core imports no package but fp-ts'],
  ['core/a.ts', `import 'fp-ts'`, `'fp-ts/lib/<Module>.js'`],
  ['core/a.ts', `import 'fp-ts/number'`, `'fp-ts/lib/<Module>.js'`],
  ['core/a.ts', `import 'fp-ts/lib/number'`, `'fp-ts/lib/<Module>.js'`],
  ['core/a.ts', `import '../platforms/memory/index.ts'`, 'core imports nothing outside core'],
  ['core/plan/a.ts', `import type { A } from '../../connectors/redis/index.ts'`, 'core imports nothing outside core'],
  ['core/graph/node/a.ts', `import '../../../testing/index.ts'`, 'core imports nothing outside core'],
  ['core/a.ts', `setTimeout(() => {}, 1)`, 'Do not use the global variable setTimeout'],
  ['core/a.ts', `export const { env } = process`, 'Do not use the global variable process'],
  ['core/a.ts', `export const page = () => fetch('/')`, 'Do not use the global variable fetch'],

  ['platforms/memory/a.ts', `import '../bullmq/index.ts'`, 'never another platform'],
  ['platforms/memory/a.ts', `import type { A } from '../bullmq/index.ts'`, 'never another platform'],
  ['platforms/bullmq/scripts/a.ts', `import '../../memory/index.ts'`, 'never another platform'],
  ['platforms/bullmq/a.ts', `import '../../connectors/redis/index.ts'`, 'a connector or what lies above'],
  ['platforms/bullmq/scripts/a.ts', `import '../../../testing/index.ts'`, 'a connector or what lies above'],
  ['platforms/bullmq/a.ts', `import 'commander'`, 'a platform imports no package but'],
  ['platforms/bullmq/a.ts', `import 'fp-ts/Option'`, 'a platform imports no package but'],
  ['platforms/memory/a.ts', `import 'bullmq'`, 'bullmq and ioredis are imported in'],
  ['platforms/simulation/a.ts', `import type { Redis } from 'ioredis'`, 'bullmq and ioredis are imported in'],
  ['testing/a.ts', `export const redis = () => import('ioredis')`, 'bullmq and ioredis are imported in'],

  ['connectors/redis/a.ts', `import '../files/index.ts'`, 'never another connector'],
  ['connectors/redis/a.ts', `import '../../platforms/bullmq/index.ts'`, 'a platform or what lies above'],
  ['connectors/redis/store/a.ts', `import '../../../cli/main.ts'`, 'a platform or what lies above'],
  ['connectors/redis/a.ts', `import 'tanager'`, `the name 'tanager' is for those who use the package`],
  ['connectors/redis/a.ts', `import 'fp-ts/Option'`, `'fp-ts/lib/<Module>.js'`],

  ['testing/a.ts', `import '../cli/main.ts'`, 'testing imports core and platforms'],
  ['testing/laws/a.ts', `import '../../connectors/redis/index.ts'`, 'testing imports core and platforms'],

  ['cli/a.ts', `import { memory } from '../platforms/memory/index.ts'`, 'by import()'],
  ['cli/dashboard/a.ts', `import '../../platforms/bullmq/index.ts'`, 'by import()'],
  ['cli/a.ts', `import { type A } from '../platforms/memory/index.ts'`, 'by import()'],
  ['cli/a.ts', `export * from '../platforms/memory/index.ts'`, 'by import()'],
  ['cli/a.ts', `import { Redis } from 'ioredis'`, 'by import()'],
  ['cli/a.ts', `import '../jobs/beacon-counts/job.ts'`, 'imports nothing from jobs'],
  ['cli/a.ts', `import 'fp-ts/Option'`, `'fp-ts/lib/<Module>.js'`],

  ['jobs/one/a.ts', `import '../../core/index.ts'`, 'never reaches out of its own folder'],
  ['jobs/one/a.ts', `import '../two/job.ts'`, 'never reaches out of its own folder'],
  ['jobs/one/a.ts', `import 'node:fs'`, `'tanager' and 'tanager/*' by name and nothing else`],
  ['jobs/one/a.ts', `import 'vitest'`, `'tanager' and 'tanager/*' by name and nothing else`],
  ['jobs/one/a.test.ts', `import '../../core/index.ts'`, 'never reaches out of its own folder'],
  ['jobs/one/a.test.ts', `import 'ioredis'`, 'the test of a job imports'],

  ['test/a.ts', `import 'fp-ts/Option'`, `'fp-ts/lib/<Module>.js'`],
  ['bench/a.ts', `import 'fp-ts/lib/Option'`, `'fp-ts/lib/<Module>.js'`],
]

const accepted: readonly (readonly [file: string, text: string])[] = [
  ['core/a.ts', `import 'fp-ts/lib/number.js'`],
  ['core/graph/node/a.ts', `import '../../slot/slot.ts'`],
  ['core/graph/a.ts', `import './node/a.ts'`],
  ['platforms/memory/a.ts', `import '../../core/plan/plan.ts'`],
  ['platforms/memory/a.ts', `import 'fp-ts/lib/Option.js'`],
  ['platforms/bullmq/scripts/a.ts', `import '../keys.ts'`],
  ['platforms/bullmq/scripts/a.ts', `import '../../../core/index.ts'`],
  ['platforms/bullmq/a.ts', `import 'bullmq'`],
  ['platforms/bullmq/a.ts', `export type { Redis } from 'ioredis'`],
  ['platforms/bullmq/a.ts', `import 'node:fs/promises'`],
  ['connectors/redis/a.ts', `import 'ioredis'`],
  ['connectors/rabbitmq/a.ts', `import 'amqplib'`],
  ['connectors/redis/a.ts', `import '../../core/contract/service.ts'`],
  ['testing/a.ts', `import '../platforms/memory/index.ts'`],
  ['cli/a.ts', `import '../core/index.ts'`],
  ['cli/a.ts', `import 'commander'`],
  ['cli/a.ts', `export type { A } from '../platforms/bullmq/index.ts'`],
  ['cli/a.ts', `export const platform = () => import('../platforms/bullmq/index.ts')`],
  ['cli/a.ts', `export const redis = () => import('ioredis')`],
  ['jobs/one/a.ts', `import 'tanager'`],
  ['jobs/one/a.ts', `import 'tanager/algebra'`],
  ['jobs/one/a.ts', `import './job.ts'`],
  ['jobs/one/a.test.ts', `import 'vitest'`],
  ['jobs/one/a.test.ts', `import 'tanager/memory'`],
  ['test/a.ts', `import '../platforms/bullmq/index.ts'`],
  ['scripts/a.ts', `import 'node:fs'`],
]

/** `core/plan/a.ts` of the nth case becomes `core/plan/a7.ts`, so that one run of the linter judges them all. */
const numbered = (file: string, n: number) => file.replace(/(?=\.)/, String(n))

let verdicts: ReadonlyMap<string, readonly string[]>

beforeAll(async () => {
  const folder = await mkdtemp(join(tmpdir(), 'tanager-architecture-'))
  try {
    for (const part of ['biome.json', '.gitignore', 'scripts/lint']) await cp(join(root, part), join(folder, part), { recursive: true })
    for (const [n, [file, text]] of [...refused, ...accepted].entries()) {
      const path = join(folder, numbered(file, n))
      await mkdir(dirname(path), { recursive: true })
      await writeFile(path, `${text}\n`)
    }
    verdicts = await lint(folder)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
})

/** The messages of the linter by file. */
async function lint(folder: string): Promise<ReadonlyMap<string, readonly string[]>> {
  const biome = createRequire(import.meta.url).resolve('@biomejs/biome/bin/biome')
  const output = await new Promise<string>((resolve, reject) => {
    execFile(
      process.execPath,
      [biome, 'lint', '--reporter=json', '--max-diagnostics=none', '.'],
      { cwd: folder, maxBuffer: 2 ** 26 },
      // Biome exits with 1 when it has found something, which is what we are here for.
      (error, stdout, stderr) =>
        stdout === '' ? reject(new Error(`biome answered nothing: ${stderr}`, { cause: error })) : resolve(stdout),
    )
  })
  const report: Report = JSON.parse(output)
  const messages = new Map<string, string[]>()
  for (const { location, message } of report.diagnostics) {
    messages.set(location.path, [...(messages.get(location.path) ?? []), message])
  }
  return messages
}

interface Report {
  readonly diagnostics: readonly { readonly message: string; readonly location: { readonly path: string } }[]
}

describe('the linter refuses', () => {
  for (const [n, [file, text, because]] of refused.entries()) {
    test(`${text} in ${file}`, () => {
      expect((verdicts.get(numbered(file, n)) ?? []).join('\n')).toContain(because)
    })
  }
})

describe('the linter accepts', () => {
  for (const [n, [file, text]] of accepted.entries()) {
    test(`${text} in ${file}`, () => {
      expect(verdicts.get(numbered(file, refused.length + n)) ?? []).toEqual([])
    })
  }
})

// "Out of its own folder" is spelt with as many `../` as the file lies deep, so there is one rule for each depth.
test.each([
  ['platforms', [3, 4]],
  ['connectors', [3, 4]],
  ['jobs', [3]],
])('no file in %s lies where no rule reaches', async (folder, depths) => {
  const files = await readdir(join(root, folder), { recursive: true }).catch(() => [])
  const beyond = files
    .map((file) => `${folder}/${file.replaceAll('\\', '/')}`)
    .filter((file) => /\.[cm]?[jt]sx?$/.test(file) && !depths.includes(file.split('/').length))
  expect(beyond).toEqual([])
})
