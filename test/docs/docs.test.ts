import { execFile } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type RedisServer, startRedisServer } from '../../scripts/redis/server.ts'
import { blocksOf } from './blocks.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const folder = join(root, '.cache', 'docs')

const pages = ['README.md', 'CONTRIBUTING.md', ...filesIn('docs', '.md'), ...filesIn('jobs', '.md')]
const sources = ['core', 'platforms', 'connectors', 'testing'].flatMap((place) => filesIn(place, '.ts'))

function filesIn(place: string, ending: string): readonly string[] {
  return readdirSync(join(root, place), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith(ending))
    .map((file) => join(place, file))
    .sort()
}

interface Ran {
  readonly code: number
  readonly output: string
}

function node(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Ran> {
  return new Promise((resolve) => {
    execFile(process.execPath, args, { cwd: root, env: { ...process.env, ...env } }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : ((error.code as number | undefined) ?? 1), output: stdout + stderr })
    })
  })
}

/** The TypeScript blocks of all pages, as files: those of one page beside each other, so that they can import one another. */
const codeIn = (files: readonly string[]) =>
  files.flatMap((page) =>
    blocksOf(join(root, page))
      .filter(({ language }) => language === 'ts')
      .map((block) => ({ ...block, page, path: join(folder, page.replaceAll(/\W/g, '-'), block.file) })),
  )

const blocks = codeIn(pages)
const examples = codeIn(sources)
const allExamples = join(folder, 'examples.ts')

let redis: RedisServer

beforeAll(async () => {
  rmSync(folder, { recursive: true, force: true })
  for (const { path, code } of [...blocks, ...examples]) {
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, `${code}\nexport {}\n`)
  }
  writeFileSync(allExamples, examples.map(({ path }) => `import './${relative(folder, path)}'\n`).join(''))
  const config = { extends: '../../tsconfig.json', compilerOptions: { noUnusedLocals: false }, include: ['**/*.ts'], exclude: [] }
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config))
  redis = await startRedisServer()
})

afterAll(async () => {
  await redis[Symbol.asyncDispose]()
  rmSync(folder, { recursive: true, force: true })
})

describe('the documentation', () => {
  it('has code that compiles', async () => {
    const { code, output } = await node([join(root, 'node_modules/typescript/bin/tsc'), '--pretty', 'false', '-p', folder])
    expect({ code, output }).toEqual({ code: 0, output: '' })
  })

  it.each(blocks.map((block) => ({ ...block, name: `${block.page}:${block.line}` })))('has code that runs: $name', async ({ path }) => {
    const ran = await node(['--import', 'tsx', path], { REDIS_URL: redis.url })
    expect(ran).toMatchObject({ code: 0, output: expect.not.stringContaining('Assertion failed') })
  })

  it('has examples in doc comments that run', async () => {
    expect(examples.length).toBeGreaterThan(10)
    const ran = await node(['--import', 'tsx', allExamples], { REDIS_URL: redis.url })
    expect(ran).toMatchObject({ code: 0, output: expect.not.stringContaining('Assertion failed') })
  })

  it('has commands that run', async () => {
    const shell = pages.flatMap((page) => blocksOf(join(root, page)).filter(({ language }) => language === 'sh'))
    const commands = shell.flatMap(({ code }) => [...code.matchAll(/^npx tanager (.*)$/gm)].map(([, args]) => args as string))
    expect(commands.length).toBeGreaterThan(5)
    // One after the other: they speak of one job. Not in the Redis of the blocks above, where others have that name.
    await using own = await startRedisServer()
    for (const args of commands) {
      const ran = await node(['dist/cli/main.js', ...args.split(' ')], {
        REDIS_URL: own.url,
      })
      expect(ran, args).toMatchObject({ code: 0 })
    }
  })

  it('names only scripts that are there', () => {
    const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { readonly scripts: Record<string, string> }
    for (const page of pages) {
      for (const [, name] of readFileSync(join(root, page), 'utf8').matchAll(/npm run ([\w:-]+)/g)) {
        expect(Object.keys(scripts), `${page}: npm run ${name}`).toContain(name)
      }
    }
  })

  it('links only to what is there', () => {
    for (const page of pages) {
      for (const [, target] of readFileSync(join(root, page), 'utf8').matchAll(/\]\((?!https?:)([^)#\s]+)[^)]*\)/g)) {
        const path = join(root, dirname(page), target as string)
        expect(existsSync(path), `${page} links to ${relative(root, path)}`).toBe(true)
      }
    }
  })
})
