import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { keysUnder } from '../redis/keys.ts'
import { type KeySpace, keySpace } from '../redis/redis.ts'
import { inside } from './inside.ts'
import { largeFile, shopFiles } from './shop.ts'
import { alive, type Call, call, fixture, folder, objects, tanager } from './tanager.ts'

let space: KeySpace

beforeAll(async () => {
  space = await keySpace()
})

afterAll(() => space.close())

/** On the Redis of these tests. */
const onBullmq = (...args: readonly string[]) => ['run', ...args, '--platform', 'bullmq', '--redis', space.url]

interface Begun {
  readonly pids: readonly number[]
  /** What its keys begin with. */
  readonly prefix: string
}

/** Its workers and its keys, from the line that tells of them. */
async function begun(run: Call): Promise<Begun> {
  const [, pids = '', prefix = ''] = await run.says(/workers?, pids? ([\d, ]+); keys under (tanager:run-\w+)\n/)
  return { pids: pids.split(', ').map(Number), prefix }
}

/** That nothing is left of it: no process, no key. */
async function mustBeGone({ pids, prefix }: Begun): Promise<void> {
  expect(pids.filter(alive)).toEqual([])
  expect(await keysUnder(space.client, prefix)).toEqual([])
}

const numbers = (n: number) => Array.from({ length: n }, (_, i) => `${i + 1}\n`).join('')

const totalsOf = (n: number) => {
  const even = Math.floor(n / 2)
  const odd = n - even
  return [
    { store: 'totals', key: 'even', value: even * (even + 1) },
    { store: 'totals', key: 'odd', value: odd * odd },
  ]
}

describe.concurrent('a run through Redis', () => {
  test('prints what the memory platform prints, byte for byte, and leaves nothing behind', async ({ expect }) => {
    await using at = await folder()
    const { env, written } = largeFile(at)
    const args = [fixture('shop-deploy.ts'), ...(await shopFiles(at, 2000)), '--dead-letters', '--json']
    await using run = call(onBullmq(...args, '--workers', '2'), { env })
    const [distributed, alone, seen] = await Promise.all([run.ended, tanager(['run', ...args], { env }), begun(run)])
    expect(alone.code).toBe(0)
    expect(objects(alone.stdout).length).toBeGreaterThan(100)
    expect(distributed.stdout).toBe(alone.stdout)
    expect(distributed.code).toBe(0)
    expect(distributed.stderr).toMatch(/\n\d,\d+ records in \d+\.\d s, 41 dead letters\n$/)
    expect(written()).toBe(false)
    await mustBeGone(seen)
  })

  test('a worker that is killed in the middle is replaced, and nobody can tell from the result', async ({ expect }) => {
    await using run = call(onBullmq(fixture('slow.ts'), '--source', 'numbers=-', '--workers', '2', '--json'), { input: numbers(2000) })
    const seen = await begun(run)
    const meta = `${seen.prefix}:{slow}:log:numbers:meta`
    const committed = async () => Number(await space.client.hget(meta, 'watermark'))
    await expect.poll(committed, { timeout: 20_000, interval: 10 }).toBeGreaterThan(4)
    const [victim = 0] = seen.pids
    process.kill(victim, 'SIGKILL')
    await run.says(new RegExp(`worker 1 \\(pid ${victim}\\) ended with SIGKILL; another takes its place`))
    expect(await committed()).toBeLessThan(80)
    const { code, stdout } = await run.ended
    expect(objects(stdout)).toEqual(totalsOf(2000))
    expect(code).toBe(0)
    await mustBeGone(seen)
  })

  test('ends at Ctrl-C, without a process or a key left', async ({ expect }) => {
    await using run = call(onBullmq(fixture('slow.ts'), '--source', 'numbers=-', '--workers', '1', '--json'), { input: undefined })
    run.child.stdin?.write(numbers(100_000))
    const seen = await begun(run)
    const head = async () => Number(await space.client.hget(`${seen.prefix}:{slow}:log:numbers:meta`, 'watermark'))
    await expect.poll(head, { timeout: 20_000 }).toBeGreaterThan(0)
    run.child.kill('SIGINT')
    const { code, stdout } = await run.ended
    expect({ code, stdout }).toEqual({ code: 130, stdout: '' })
    await mustBeGone(seen)
  })

  test('the workers do not outlive it, even if it is killed', async ({ expect }) => {
    await using run = call(onBullmq(fixture('slow.ts'), '--source', 'numbers=-', '--workers', '1', '--json'), { input: undefined })
    const { pids, prefix } = await begun(run)
    await expect.poll(async () => (await keysUnder(space.client, prefix)).length, { timeout: 20_000 }).toBeGreaterThan(0)
    run.child.kill('SIGKILL')
    await expect.poll(() => pids.filter(alive), { timeout: 20_000 }).toEqual([])
    const left = await keysUnder(space.client, prefix)
    if (left.length > 0) await space.client.unlink(...left)
  })

  test('gives up when workers cannot start, with what they said', async ({ expect }) => {
    await using run = call(onBullmq(fixture('no-worker.ts'), '--source', 'lines=-', '--workers', '1'), { input: undefined })
    const seen = await begun(run)
    const { code, stdout, stderr } = await run.ended
    expect(stderr).toMatch(
      /error: worker 1 cannot start: it ended 3 times, now with exit code 1\. It said:\n {2}error: .*no-worker\.ts.*no such luck\n/,
    )
    expect(stderr).not.toMatch(/^ +at /m)
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    await mustBeGone(seen)
  })

  test('loses no more than the record to one that ends its worker, fills its memory or never comes to an end', {
    timeout: 180_000,
  }, async () => {
    const lines = Array.from({ length: 300 }, (_, n) => ({ 70: 'exit', 150: 'hang', 290: 'hoard' })[n] ?? `line ${n % 7}`)
    const args = onBullmq(fixture('fatal.ts'), '--source', 'lines=-', '--workers', '2', '--dead-letters', '--json')
    await using run = call(args, { input: lines.join('\n'), env: { NODE_OPTIONS: '--max-old-space-size=100' } })
    const { code, stdout, stderr } = await run.ended
    // First of all: what it says of itself tells why nothing below holds.
    expect({ code, stderr }).toEqual({ code: 0, stderr: expect.stringMatching(/another takes its place/) })
    const answers = objects(stdout) as readonly Record<string, unknown>[]
    const count = (n: number) => lines.filter((line) => line === `line ${n}`).length
    expect(answers.filter(({ store }) => store !== undefined)).toEqual(
      Array.from({ length: 7 }, (_, n) => ({ store: 'counts', key: `line ${n}`, value: count(n) })),
    )
    const dead = answers.filter(({ store }) => store === undefined).map(({ deadLetter }) => deadLetter as Record<string, unknown>)
    expect(dead.map(({ record }) => record).sort()).toEqual(['exit', 'hang', 'hoard'])
  })

  test('gives up when workers end one after the other and nothing is done', { timeout: 180_000 }, async ({ expect }) => {
    await using run = call(onBullmq(fixture('fatal.ts'), '--source', 'lines=-', '--workers', '1'), { input: 'exit\n'.repeat(20) })
    const seen = await begun(run)
    const { code, stdout, stderr } = await run.ended
    expect(stderr).toMatch(
      /error: worker 1 ended 10 times before anything was done, now with exit code 7\. It said:\n {2}this record is fatal\n/,
    )
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    await mustBeGone(seen)
  })

  test('gives up on a batch that is out of attempts', async ({ expect }) => {
    await using at = await folder()
    const args = onBullmq(fixture('failing.ts'), '--source', 'numbers=-', '--workers', '1')
    const { code, stdout, stderr } = await tanager(args, { input: '1\n100\n', env: { MENDED: at.path('mended') } })
    expect(stderr).toMatch(
      /error: the batch numbers-1 failed 2 times: the service names failed: the names are away\. The batch is tried again\.\n/,
    )
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
  })

  test('may leave its keys, to be asked and removed', async ({ expect }) => {
    await using run = call(onBullmq(fixture('slow.ts'), '--source', 'numbers=-', '--keep', '--workers', '1'), { input: numbers(50) })
    const { pids, prefix } = await begun(run)
    const { code, stderr } = await run.ended
    expect({ code, pids: pids.filter(alive) }).toEqual({ code: 0, pids: [] })
    expect(stderr).toContain(`kept under ${prefix}:\n  tanager query ${fixture('slow.ts')} STORE --redis-prefix ${prefix}\n`)
    const place = ['--redis', space.url, '--redis-prefix', prefix]
    const query = await inside(['query', fixture('slow.ts'), 'totals', '--json', ...place])
    expect(objects(query.stdout)).toEqual(totalsOf(50))
    expect(await inside(['reset', fixture('slow.ts'), '--yes', ...place])).toMatchObject({ code: 0 })
    await mustBeGone({ pids, prefix })
  })
})

test('says when there is no Redis, and starts nothing', async () => {
  const args = [
    'run',
    fixture('words.ts'),
    '--source',
    'lines=package.json',
    '--platform',
    'bullmq',
    '--redis',
    'redis://127.0.0.1:1',
    '--timeout',
    '0.2',
  ]
  const { code, stdout, stderr } = await inside(args)
  expect(stderr).toMatch(
    /error: Redis at 127\.0\.0\.1:1 does not answer within 200 ms\. Start it, or name another: --redis URL, or REDIS_URL\.\n$/,
  )
  expect(stderr).not.toContain('pid')
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
})
