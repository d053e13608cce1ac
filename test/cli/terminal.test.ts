import { existsSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { keysUnder } from '../redis/keys.ts'
import { type KeySpace, keySpace } from '../redis/redis.ts'
import { alive, type Call, call, command, fixture, folder } from './tanager.ts'

// `script` of util-linux gives a command a terminal of its own, and passes on what is typed.
const script = '/usr/bin/script'

let space: KeySpace

beforeAll(async () => {
  space = await keySpace()
})

afterAll(() => space.close())

const [bold, dim, normal, home] = ['\u001b[1m', '\u001b[2m', '\u001b[22m', '\u001b[H']
const [enter, leave] = ['\u001b[?1049h', '\u001b[?1049l']

const quoted = (word: string) => `'${word.replaceAll("'", "'\\''")}'`

/** The command in a terminal so wide and so high; what it prints, on stdout or stderr, comes out as stdout. */
function inTerminal(args: readonly string[], env: Readonly<Record<string, string>> = {}): Call {
  const line = [...command, ...args].map(quoted).join(' ')
  const before = [script, '--quiet', '--return', '--flush', '--command', `stty cols 60 rows 12; exec ${line}`, '/dev/null']
  return call([], { program: before, input: undefined, env: { TERM: 'xterm', ...env } })
}

const place = () => ['--redis', space.url, '--redis-prefix', space.prefix]

describe.runIf(process.platform === 'linux' && existsSync(script))('in a terminal', () => {
  test('tables are as wide as it is, and heads stand out, unless colours are not wanted', async () => {
    await using at = await folder()
    const file = await at.file('lines', `${'a long line with many a 🐦 '.repeat(5)}\nshort`)
    const args = ['run', fixture('words.ts'), '--source', `lines=${file}`]
    await using coloured = inTerminal(args)
    await using plain = inTerminal(args, { NO_COLOR: '1' })
    const [first, second] = await Promise.all([coloured.ended, plain.ended])
    expect(first.stdout).toContain(`${bold}words${normal}  ${dim}2 keys${normal}\r\n${dim}key`)
    expect(second.stdout).not.toContain(bold)
    expect(second.stdout).toContain(
      [
        'words  2 keys',
        'key                                                    value',
        'a long line with many a 🐦 a long line with many a …       1',
        'short                                                      1',
      ].join('\r\n'),
    )
  })

  test('Ctrl-C ends a run through Redis, its workers and its keys', async () => {
    await using at = await folder()
    const file = await at.file('numbers', Array.from({ length: 100_000 }, (_, i) => `${i}\n`).join(''))
    await using run = inTerminal([
      'run',
      fixture('slow.ts'),
      '--source',
      `numbers=${file}`,
      '--platform',
      'bullmq',
      '--workers',
      '1',
      '--redis',
      space.url,
    ])
    const begun = /pid (\d+); keys under (tanager:run-\w+)/
    await expect.poll(run.stdout, { timeout: 20_000 }).toMatch(begun)
    const [, pid, prefix = ''] = begun.exec(run.stdout()) ?? []
    const committed = async () => Number(await space.client.hget(`${prefix}:{slow}:log:numbers:meta`, 'watermark'))
    await expect.poll(committed, { timeout: 20_000 }).toBeGreaterThan(0)
    run.child.stdin?.write('\u0003')
    const { code, stdout } = await run.ended
    expect(code).toBe(130)
    expect(stdout).toMatch(/sending .*[░█]/)
    expect(stdout).not.toMatch(/another takes its place|error:/)
    expect(alive(Number(pid))).toBe(false)
    expect(await keysUnder(space.client, prefix)).toEqual([])
  })

  test('a watch is one page that is drawn again and again, and stays when it is over', async () => {
    await using watch = inTerminal(['status', fixture('words.ts'), '--watch', ...place()], { NO_COLOR: '1' })
    await expect.poll(() => watch.stdout().split('a second').length, { timeout: 20_000 }).toBeGreaterThan(1)
    watch.child.stdin?.write('\u0003')
    const { code, stdout } = await watch.ended
    const [page = '', rest] = stdout.slice(enter.length).split(leave)
    expect(stdout.startsWith(enter)).toBe(true)
    expect(page.split(home).length).toBeGreaterThan(2)
    expect(rest).toMatch(/^words {2}no worker, 0 dead letters\r\n\r\nstream +head/)
    expect(code).toBe(0)
  })
})
