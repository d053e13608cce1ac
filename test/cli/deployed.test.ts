import { mkdir, symlink, writeFile } from 'node:fs/promises'
import type { AnySlot } from 'tanager'
import type { Client } from 'tanager/bullmq'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type KeySpace, keySpace } from '../redis/redis.ts'
import failing from './fixtures/failing.ts'
import { inside } from './inside.ts'
import { type Call, call, type Folder, fixture, folder, objects, tanager } from './tanager.ts'

// One deployment and its life, from the first record to the last key: each test goes on where the one before it ended.

const module = fixture('failing.ts')

let space: KeySpace
let at: Folder
let worker: Call
/** What the command says can be compared with what is. */
let client: Client<AnySlot>

beforeAll(async () => {
  space = await keySpace()
  at = await folder()
  client = failing.with({ redis: space.url, prefix: space.prefix }).client() as Client<AnySlot>
})

afterAll(async () => {
  await worker[Symbol.asyncDispose]()
  await at[Symbol.asyncDispose]()
  await client.close()
  await space.close()
})

const place = () => ['--redis', space.url, '--redis-prefix', space.prefix]

const run = (command: string, ...args: readonly string[]) => inside([command, module, ...args, ...place()])

/** In a process of its own. */
const start = (command: string, ...args: readonly string[]) =>
  call([command, module, ...args, ...place()], { env: { MENDED: at.path('mended') } })

const send = async (records: readonly unknown[], ...args: readonly string[]) =>
  run('send', 'numbers', await at.file('records', records.map((record) => `${record}\n`).join('')), ...args)

const status = async () => objects((await run('status', '--json')).stdout)

test('records are sent before anybody works, with a receipt', async () => {
  const sent = await send([1, 2, 3], '--json')
  const people = await tanager(['send', module, 'numbers', '-', ...place()], { input: '4\n\n5\n' })
  expect(objects(sent.stdout)).toEqual([{ source: 'numbers', records: 3, receipt: { numbers: 2 } }])
  expect(sent).toMatchObject({ code: 0, stderr: '' })
  expect(people).toMatchObject({ code: 0, stdout: '2 records sent to numbers, receipt {"numbers":3}\n', stderr: '' })
  expect(await status()).toEqual([
    { stream: 'numbers', head: 3, watermark: 0, backlog: 3, failed: 0 },
    { store: 'totals', pending: 0, keys: 0, rows: 0, bytes: 0 },
    { job: 'failing', deadLetters: 0, workers: 0 },
  ])
})

test('a worker says when it is ready, and counts them', async () => {
  worker = start('worker')
  const [line] = await worker.says(/^.*ready.*\n/)
  const { host } = new URL(space.url)
  expect(line).toBe(`failing: ready, Redis at ${host}, keys under ${space.prefix}, pid ${worker.child.pid}\n`)
  // 13 is refused, and so is what is no number.
  const waited = await send([6, 13, 'twelve'], '--wait')
  expect(waited).toMatchObject({ code: 0, stdout: '3 records sent to numbers and counted, receipt {"numbers":5}\n' })
})

test('its store is there for everybody', async () => {
  const all = await run('query', 'totals')
  const top = await run('query', 'totals', '--top', '1', '--json')
  const some = await run('query', 'totals', '--prefix', 'o', '--json')
  const one = await run('query', 'totals', 'odd')
  const json = await run('query', 'totals', 'odd', '--json')
  const none = await run('query', 'totals', 'Odd')
  const wrong = await inside(['query', fixture('slow.ts'), 'totals', '--prefix', 'x', ...place()])
  expect(all).toMatchObject({ code: 0, stdout: 'totals  2 keys\nkey   value\neven     12\nodd       9\n', stderr: '' })
  expect(objects(top.stdout)).toEqual([{ store: 'totals', key: 'even', value: 12 }])
  expect(objects(some.stdout)).toEqual([{ store: 'totals', key: 'odd', value: 9 }])
  expect(one).toMatchObject({ code: 0, stdout: '9\n', stderr: '' })
  expect(json).toMatchObject({ code: 0, stdout: '{"store":"totals","key":"odd","value":9}\n' })
  expect(none).toMatchObject({ code: 1, stdout: '', stderr: 'error: the store totals has no key Odd\n' })
  // Nothing was ever deployed under that name: a look leaves no trace.
  expect(wrong).toMatchObject({ code: 0, stdout: 'totals  no keys\n' })
  expect((await space.keys()).filter((key) => key.includes('{slow}'))).toEqual([])
})

test('what was refused is kept: a batch that failed beside it', async () => {
  await send([100, 102, 7])
  await expect.poll(async () => (await client.status()).failed.length, { timeout: 20_000 }).toBe(1)
  const list = await start('dead-letters', 'list').ended
  const json = await run('dead-letters', 'list', '--json')
  const drop = await run('dead-letters', 'drop', 'numbers-6')
  const unknown = await run('dead-letters', 'show', '17-0')
  const [twelve, thirteen, failed] = objects(json.stdout) as readonly [Letter, Letter, unknown]
  const letter = {
    id: expect.stringMatching(/^\d+-\d+$/),
    stream: 'numbers',
    index: expect.any(Number),
    at: expect.stringMatching(/Z$/),
    node: expect.any(String),
  }
  expect(
    [thirteen, twelve].toSorted((a, b) => (a.deadLetter.record < b.deadLetter.record ? -1 : 1)).map(({ deadLetter }) => deadLetter),
  ).toEqual([
    { ...letter, sequence: 4, record: '13', error: 'unlucky' },
    { ...letter, sequence: 5, record: 'twelve', error: expect.stringMatching(/^codec int cannot read this value/) },
  ])
  expect(failed).toEqual({
    failedBatch: { id: 'numbers-6', attempts: 2, error: 'the service names failed: the names are away. The batch is tried again.' },
  })
  expect(list.stdout).toMatch(
    /^dead letters {2}.*\nid +stream +node +error +record\n(.*\n){2}\nfailed batches {2}.*\nid +attempts +error\nnumbers-6 +2 +the service/,
  )
  expect(list).toMatchObject({ code: 0, stderr: '2 dead letters, 1 failed batch\n' })
  expect(drop).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining('it can be retried, not dropped') })
  expect(unknown).toMatchObject({ code: 1, stdout: '', stderr: 'error: no dead letter and no failed batch has the id 17-0\n' })
  const { id } = (thirteen.deadLetter.record === '13' ? thirteen : twelve).deadLetter
  const shown = await run('dead-letters', 'show', id)
  const shownBatch = await run('dead-letters', 'show', 'numbers-6', '--json')
  const told = await run('status')
  expect(shown.stdout).toMatch(
    new RegExp(`^id +${id}\nstream +numbers\nbatch +4\nindex +1\nnode +\\S+\nburied +\\S+Z\nerror +unlucky\nrecord +13\n$`),
  )
  expect(objects(shownBatch.stdout)).toEqual([failed])
  expect(told.stdout).toContain('batch numbers-6 failed 2 times: the service names failed: the names are away')
  expect(told.stdout).toContain(`tanager dead-letters ${module} retry\n`)
})

test('whoever waits for such a batch is told', async () => {
  const { code, stdout, stderr } = await send([8], '--wait')
  expect(stderr).toMatch(
    /error: sent, but not counted: the batch numbers-6 failed 2 times: .*\nWhen that is mended: tanager dead-letters .*failing\.ts retry numbers-6\n/,
  )
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
})

test('once the cause is mended, it is retried, and nothing is missing', async () => {
  await writeFile(at.path('mended'), '')
  const letters = objects((await run('dead-letters', 'list', '--json')).stdout) as readonly Letter[]
  const id = letters.find(({ deadLetter }) => deadLetter?.record === 'twelve')?.deadLetter.id ?? 'none'
  expect(await run('dead-letters', 'drop', id)).toMatchObject({ code: 0, stdout: '1 dead letter dropped\n' })
  expect(await run('dead-letters', 'retry', 'numbers-6')).toMatchObject({
    code: 0,
    stdout: '0 dead letters sent back, 1 failed batch to run again\n',
  })
  expect(objects((await run('dead-letters', 'retry', '--json')).stdout)).toEqual([{ retried: 1, batches: 0 }])
  await client.settled({ timeout: 20_000 })
  expect(objects((await run('query', 'totals', '--json')).stdout)).toEqual([
    { store: 'totals', key: 'even', value: 12 + 100 + 102 + 8 },
    { store: 'totals', key: 'odd', value: 9 + 7 + 13 },
  ])
  expect(await status()).toMatchObject([{ backlog: 0, failed: 0 }, { keys: 2 }, { job: 'failing', deadLetters: 0, workers: 1 }])
})

test('a watch shows it anew until it is told to end', async () => {
  await using watch = start('status', '--watch')
  await expect.poll(() => watch.stdout().split('a second\n').length, { timeout: 20_000 }).toBeGreaterThan(2)
  watch.child.kill('SIGINT')
  const { code, stdout, stderr } = await watch.ended
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  expect(stdout).not.toContain('\u001b')
  expect(stdout).toMatch(
    /^failing {2}1 worker, 0 dead letters\n\nstream +head +watermark +backlog +failed +records\nnumbers +9 +9 +0 +0 +\d+\n/,
  )
})

test('another plan is refused before it can do harm', async () => {
  const other = await at.file(
    'other.mjs',
    `import { codec, job, source, store } from 'tanager'
     import { sumBigInt } from 'tanager/algebra'
     const numbers = source('numbers', { item: codec.int })
     export default job('failing', numbers.map((n) => ['all', BigInt(n)]).sumByKey(store('totals', { key: codec.string, sum: sumBigInt })))`,
  )
  await mkdir(at.path('node_modules'))
  await symlink(new URL('../..', import.meta.url), at.path('node_modules/tanager'))
  for (const [name = '', ...args] of [['worker'], ['query', 'totals']]) {
    const { code, stdout, stderr } = await inside([name, other, ...args, ...place()])
    expect(stderr).toMatch(
      /^error: another plan of job failing is deployed.*store totals: value is float in Redis, bigint here; store totals: sum is sum in Redis, sumBigInt here/s,
    )
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
  }
})

test('it is not removed while somebody works on it, nor by mistake', async () => {
  expect(await run('reset', '--yes')).toMatchObject({
    code: 1,
    stdout: '',
    stderr: 'error: 1 worker of job failing is running. Stop them first, or add --force.\n',
  })
  worker.child.kill('SIGTERM')
  expect(await worker.ended).toMatchObject({ code: 0, signal: null, stdout: '' })
  expect(worker.stderr()).toContain('failing: ending, within 10 s; a second signal ends at once\n')
  const keys = await space.keys()
  const refusal = await run('reset')
  expect(refusal.stderr).toMatch(
    new RegExp(
      `^error: this would remove all of job failing: \\d+ keys under ${space.prefix}:\\{failing\\}, among them the store totals with 2 keys\\. Add --yes to do it\\.\n`,
    ),
  )
  expect(refusal).toMatchObject({ code: 2, stdout: '' })
  expect((await space.keys()).filter((key) => key.includes(':store:'))).toEqual(keys.filter((key) => key.includes(':store:')))
})

test('it is removed, and then there is nothing', async () => {
  expect(await run('reset', '--yes')).toMatchObject({ code: 0, stdout: expect.stringMatching(/^removed job failing: \d+ keys under /) })
  expect(await space.keys()).toEqual([])
  expect(objects((await run('reset', '--yes', '--json')).stdout)).toEqual([{ job: 'failing', removed: 0 }])
  expect(await space.keys()).toEqual([])
})

interface Letter {
  readonly deadLetter: { readonly id: string; readonly record: string }
}
