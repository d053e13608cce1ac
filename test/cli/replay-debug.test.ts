import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { connect } from 'node:net'
import { expect, test } from 'vitest'
import { keySpace } from '../redis/redis.ts'
import failing from './fixtures/failing.ts'
import { call, fixture, objects, tanager } from './tanager.ts'

const waits = /A debugger is waited for at (127\.0\.0\.1):(\d+)[\s\S]*Debugger listening on ws:\/\/127\.0\.0\.1:\2\//

/** Whether somebody listens there. */
async function listening(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1')
  try {
    await once(socket, 'connect')
    return true
  } catch {
    return false
  } finally {
    socket.destroy()
  }
}

/** Node's own debugger at an address, told what to do by what it says. */
function debuggerAt(address: string) {
  const child = spawn(process.execPath, ['inspect', address])
  let said = ''
  let from = 0
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    said += text
  })
  return {
    says: async (text: string) => {
      await expect.poll(() => said.indexOf(text, from), { timeout: 30_000, interval: 20 }).toBeGreaterThanOrEqual(0)
      from = said.indexOf(text, from) + text.length
      await expect.poll(() => said.indexOf('debug> ', from), { timeout: 30_000, interval: 20 }).toBeGreaterThanOrEqual(0)
    },
    types: (line: string) => child.stdin.write(`${line}\n`),
    [Symbol.asyncDispose]: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return
      child.kill('SIGKILL')
      await once(child, 'close')
    },
  }
}

test('a debugger stops before the first record, and the answer is the same', async () => {
  await using space = await keySpace()
  const client = failing.with({ redis: space.url, prefix: space.prefix }).client()
  await client.send('numbers', [1, 2, 100])
  await client.close()
  const args = ['replay', fixture('failing.ts'), '--json', '--redis', space.url, '--redis-prefix', space.prefix]
  const env = { MENDED: fixture('failing.ts') }
  await using replay = call([...args, '--debug'], { env })
  const [, host, port] = await replay.says(waits)
  await using at = debuggerAt(`${host}:${port}`)
  await at.says('Break on start')
  at.types('cont')
  await at.says('break in')
  expect(replay.stdout()).toBe('')
  at.types("exec('String(batches.length).concat(` batches`)')")
  await at.says("'2 batches'")
  at.types('cont')
  await replay.says(/Waiting for the debugger to disconnect/)
  at.types('.exit')
  const { code, stdout } = await replay.ended
  expect(code).toBe(0)
  expect(objects(stdout)).toEqual([
    { store: 'totals', key: 'even', value: 102 },
    { store: 'totals', key: 'odd', value: 1 },
  ])
})

test.each([['SIGINT', 130] as const, ['SIGTERM', 143] as const])(
  '%s ends it while it waits, and leaves nobody behind',
  async (signal, code) => {
    await using replay = call(['replay', fixture('failing.ts'), '--debug'])
    const [, , port] = await replay.says(waits)
    expect(await listening(Number(port))).toBe(true)
    replay.child.kill(signal)
    expect(await replay.ended).toMatchObject({ code, signal: null, stdout: '' })
    expect(await listening(Number(port))).toBe(false)
  },
)

test('a wrong call is refused before anybody waits', async () => {
  const { code, stdout, stderr } = await tanager(['replay', fixture('failing.ts'), '--stream', 'nubmers', '--debug'])
  expect(stderr).toContain('job failing has no source nubmers; allowed: numbers')
  expect(stderr).not.toContain('A debugger')
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
})
