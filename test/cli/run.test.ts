import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { inside } from './inside.ts'
import { largeFile, shopFiles } from './shop.ts'
import { call, command, fixture, folder, objects, tanager } from './tanager.ts'

const words = fixture('words.ts')

const row = (key: string, value: number) => ({ store: 'words', key, value })

describe.concurrent('a run of its own', () => {
  test('prints stores as JSON lines, by code point of the key', async () => {
    const input = 'b\n\u{1f426}\n\ufffd\na\nb\n\nB\n'
    const { code, stdout, stderr } = await tanager(['run', words, '--source', 'lines=-', '--json'], { input })
    expect(stdout).toBe(
      [row('', 1), row('B', 1), row('a', 1), row('b', 2), row('\ufffd', 1), row('\u{1f426}', 1)]
        .map((each) => `${JSON.stringify(each)}\n`)
        .join(''),
    )
    expect(stderr).toMatch(/^7 records in \d+\.\d s\n$/)
    expect(code).toBe(0)
  })

  test('ends quietly when nobody reads on', async () => {
    const args = [...command.slice(1), 'run', words, '--source', 'lines=-']
    const run = spawn(command[0] as string, args, { stdio: ['pipe', 'pipe', 'pipe'] })
    let stderr = ''
    run.stderr.on('data', (text) => {
      stderr += text
    })
    run.stdin.on('error', () => {})
    run.stdin.end(Array.from({ length: 200_000 }, (_, i) => `line ${i}\n`).join(''))
    await once(run.stdout, 'data')
    run.stdout.destroy()
    const [code] = await once(run, 'close')
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  })

  test('holds neither its file nor the job of reading it', async () => {
    await using at = await folder()
    const file = await at.file('large', `${'x'.repeat(199)}\n`.repeat(1_000_000))
    // With less memory than the file takes, by far.
    const env = { NODE_OPTIONS: '--max-old-space-size=64' }
    const { code, stdout } = await tanager(['run', words, '--source', `lines=${file}`, '--json'], { env })
    expect({ code, rows: objects(stdout) }).toEqual({ code: 0, rows: [row('x'.repeat(199), 1_000_000)] })
  })

  test('is over at Ctrl-C', async () => {
    await using run = call(['run', words, '--source', 'lines=-'], { input: undefined })
    // More than a pipe holds: when it is gone, it is being read.
    await new Promise((written) => run.child.stdin?.write('a line\n'.repeat(1_000_000), written))
    run.child.kill('SIGINT')
    expect(await run.ended).toMatchObject({ code: 130, stdout: '', stderr: '' })
  })
})

describe('a run', () => {
  test('prints stores as tables for people', async () => {
    await using at = await folder()
    const file = await at.file('lines', 'bird\na\u001b[2Jb\nbird\ntwo\twords')
    const { code, stdout } = await inside(['run', words, '--source', `lines=${file}`])
    expect(stdout).toBe(
      ['words  3 keys', 'key          value', 'a\\u001b[2Jb      1', 'bird             2', 'two\\twords       1', ''].join('\n'),
    )
    expect(code).toBe(0)
  })

  test('of nothing is no failure', async () => {
    expect(await inside(['run', words, '--source', 'lines=/dev/null'])).toMatchObject({ code: 0, stdout: 'words  no keys\n' })
  })

  test('reads several files of one source, one after the other', async () => {
    await using at = await folder()
    const args = ['--source', `lines=${await at.file('a', 'a\nb')}`, '-s', `lines=${await at.file('b', 'b\nc')}`]
    const { stdout } = await inside(['run', words, ...args, '--json'])
    expect(objects(stdout)).toEqual([row('a', 1), row('b', 2), row('c', 1)])
  })

  test('prints all kinds of keys and values, what goes to sinks, and the dead letters of those who ask', async () => {
    await using at = await folder()
    const { env, written } = largeFile(at)
    const args = ['run', fixture('shop-deploy.ts'), ...(await shopFiles(at, 200))]
    const plain = await tanager([...args, '--json'], { env })
    const asked = await inside([...args, '--json', '--dead-letters'])
    const table = await inside([...args, '--dead-letters'])
    const printed = objects(asked.stdout) as readonly Record<string, unknown>[]
    const kinds = [...new Set(printed.map((each) => (each.store ?? each.sink ?? Object.keys(each)[0]) as string))]
    expect(kinds).toEqual(['amounts', 'dearest', 'sizes', 'tags', 'text', 'large', 'deadLetter'])
    expect(printed).toContainEqual({ store: 'dearest', key: ['shoe', 0], value: 4 })
    expect(printed.find(({ store, key }) => store === 'sizes' && key === 2)).toEqual({
      store: 'sizes',
      key: 2,
      value: expect.stringMatching(/^\d+$/),
    })
    expect(printed.find(({ store, key }) => store === 'tags' && key === 'hat')).toMatchObject({
      value: expect.arrayContaining([['all', expect.any(Number)]]),
    })
    expect(printed.find(({ store, key }) => store === 'text' && key === '')).toEqual({ store: 'text', key: '', value: ';'.repeat(30) })
    expect(printed).toContainEqual({ sink: 'large', item: { amount: 925, item: 'shoe' } })
    const letters = printed.flatMap((each) => ('deadLetter' in each ? [each.deadLetter] : []))
    const letter = (record: unknown, error: RegExp) => ({
      stream: 'orders',
      node: expect.any(String),
      record,
      error: expect.stringMatching(error),
    })
    expect(letters).toHaveLength(4)
    for (const record of ['not json', expect.stringContaining('"amount":-1')]) {
      expect(letters).toContainEqual(letter(record, record === 'not json' ? /^codec json cannot read/ : /^a negative amount of/))
    }
    expect(plain.stdout).toBe(
      asked.stdout
        .split('\n')
        .filter((line) => !line.startsWith('{"deadLetter"'))
        .join('\n'),
    )
    expect(plain.stderr).toContain('4 dead letters (--dead-letters prints them)')
    expect(table.stdout).toMatch(/^large {2}sink, \d+ items$/m)
    expect(table.stdout).toMatch(/^dead letters {2}4 records$/m)
    // What the module prints is no result, and its sink is not written to.
    expect(plain.stderr).toContain('loading the shop')
    expect(written()).toBe(false)
  })
})

describe.concurrent('a module', () => {
  const text = `
import { codec, job, source, store } from 'tanager'
import { sum } from 'tanager/algebra'
const lines = source('lines', { item: codec.string })
const words = store('words', { key: codec.string, sum })
export const other = 1
export default job('words', lines.map((line) => [line, 1]).sumByKey(words))
`

  // What .js and .ts mean depends on the package.json above them, if there is one.
  test.each([
    ['job.mjs', undefined],
    ['job.ts', '{"type":"module"}'],
    ['job.ts', '{"type":"commonjs"}'],
    ['job.ts', undefined],
  ])('%s beside %s runs as it is', async (name, manifest) => {
    await using at = await folder()
    await mkdir(at.path('node_modules'))
    await symlink(join(import.meta.dirname, '../..'), at.path('node_modules/tanager'))
    if (manifest !== undefined) await at.file('package.json', manifest)
    const { code, stdout, stderr } = await tanager(['run', await at.file(name, text), '-s', 'lines=-', '--json'], {
      input: 'a\n',
    })
    expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: '{"store":"words","key":"a","value":1}\n', stderr: expect.any(String) })
  })
})
