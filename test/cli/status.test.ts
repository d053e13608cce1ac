import { afterAll, beforeAll, expect, test } from 'vitest'
import { type KeySpace, keySpace } from '../redis/redis.ts'
import alarmed from './fixtures/alarmed.ts'
import { inside } from './inside.ts'
import { fixture, objects } from './tanager.ts'

const module = fixture('alarmed.ts')

let space: KeySpace

beforeAll(async () => {
  space = await keySpace()
})

afterAll(() => space.close())

const status = (...args: readonly string[]) => inside(['status', module, ...args, '--redis', space.url, '--redis-prefix', space.prefix])

test('outputs and alarms are shown, and fail who asks for alarms', async () => {
  const app = alarmed.with({ redis: space.url, prefix: space.prefix })
  const client = app.client()
  try {
    expect(await status('--alarms')).toMatchObject({
      code: 1,
      stdout: '',
      stderr: 'error: no worker has ever looked whether alarms are due; none is at work now\n',
    })
    expect((await status()).stdout).toMatch(/store +pending +keys +rows +last write\ncounts +0 +0 +0 +never\n/)
    const worker = await app.start()
    try {
      await client.send('words', ['a', 'b', 'a'])
      await client.settled({ timeout: 20_000 })
      await expect.poll(async () => (await status('--alarms')).stderr, { timeout: 20_000 }).toBe('error: 1 alarm of alarmed\n')
      const { code, stdout } = await status('--alarms')
      expect(code).toBe(1)
      expect(stdout).toMatch(/^alarm for \d+ s: the store counts is quiet: not a row in 1 s\n$/)
    } finally {
      await worker.close()
    }
    const { code, stdout } = await status()
    expect(code).toBe(0)
    expect(stdout).toMatch(/store +pending +keys +rows +last write\ncounts +0 +2 +2 +\d+ s\n/)
    expect(stdout).toMatch(/sink +head +watermark +backlog +failed +rows +last write\nkept +1 +0 +1 +0 +3 +\d+ s\n/)
    expect(stdout).toMatch(/\nalarm for \d+ s: the store counts is quiet: not a row in 1 s\n/)
    for (const line of stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(80)
    const found = objects((await status('--json')).stdout)
    expect(found).toMatchObject([
      { stream: 'words' },
      { store: 'counts', rows: 2, bytes: 4, lastWrite: expect.any(Number) },
      { sink: 'kept', rows: 3, lastWrite: expect.any(Number) },
      { alarm: { slot: 'counts', kind: 'quiet', stands: true, range: { per: 1000, atLeast: 1 } } },
      { job: 'alarmed' },
    ])
  } finally {
    await client.close()
  }
})

test('asking for the alarms of a deployment without any is a wrong call', async () => {
  const { code, stderr } = await inside(['status', fixture('failing.ts'), '--alarms', '--redis', space.url, '--redis-prefix', space.prefix])
  expect(code).toBe(2)
  expect(stderr).toContain('the deployment of failing declares no alarms. Declare some: bullmq({ alarms:')
})
