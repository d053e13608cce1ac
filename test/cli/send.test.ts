import { describe, expect, test } from 'vitest'
import { keySpace } from '../redis/redis.ts'
import { call, fixture, folder, tanager } from './tanager.ts'

describe.concurrent('sending that is interrupted', () => {
  test('says what was sent: all that was read, if Redis has taken it', async ({ expect }) => {
    await using space = await keySpace()
    await using send = call(['send', fixture('words.ts'), 'lines', '-', '--redis', space.url, '--redis-prefix', space.prefix], {
      input: undefined,
    })
    send.child.stdin?.write('a line\n'.repeat(5000))
    const meta = `${space.prefix}:{words}:log:lines:meta`
    await expect.poll(() => space.client.hget(meta, 'head'), { timeout: 20_000 }).toBe('1')
    send.child.kill('SIGINT')
    expect(await send.ended).toMatchObject({
      code: 130,
      stdout: '',
      stderr: 'not all was sent: 5,000 records were sent and will be counted; the rest were not\n',
    })
    expect(await space.client.hget(meta, 'head')).toBe('1')
  })

  test('says what is not known: whether what waits for room was taken', async ({ expect }) => {
    await using space = await keySpace()
    await using send = call(['send', fixture('narrow.ts'), 'lines', '-', '--redis', space.url, '--redis-prefix', space.prefix], {
      input: 'a line\n'.repeat(1000),
    })
    await send.says(/^nothing is accepted any more: the stream is full, and no worker is running\n/)
    send.child.kill('SIGTERM')
    const { code, stdout, stderr } = await send.ended
    expect(stderr).toMatch(
      /\nnot all was sent: 0 records were sent and will be counted; of the 1,000 after them some may have been; the rest were not\n$/,
    )
    expect({ code, stdout }).toEqual({ code: 143, stdout: '' })
  })

  test('sends nothing of a file that is not there, or cannot be read', async ({ expect }) => {
    await using at = await folder()
    await using space = await keySpace()
    const place = ['--redis', space.url, '--redis-prefix', space.prefix]
    const endless = await at.file('endless', Buffer.alloc((1 << 28) + (1 << 21), 'x'))
    const { code, stdout, stderr } = await tanager(['send', fixture('words.ts'), 'lines', endless, ...place])
    expect(stderr).toMatch(/^error: .*endless has a line of more than 256 MiB: is it a text file\?\n$/)
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    expect(await space.keys()).toEqual([])
  })
})

test('whoever waits for what a sink does not take is told', async () => {
  await using space = await keySpace()
  const place = ['--redis', space.url, '--redis-prefix', space.prefix]
  const module = fixture('away.ts')
  await using worker = call(['worker', module, ...place])
  await worker.says(/ready/)
  const sent = await tanager(['send', module, 'numbers', '-', '--wait', ...place], { input: '1\n' })
  expect(sent.stderr).toMatch(
    /error: sent, but not all of it is in the sink out: the batch out-1 failed 2 times: the webhook is away\n.*dead-letters .* retry out-1\n/,
  )
  expect(sent).toMatchObject({ code: 1, stdout: '' })
})
