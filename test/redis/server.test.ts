import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { type RedisServer, startRedisServer } from '../../scripts/redis/server.ts'
import { clientOf } from './keys.ts'

/** One command on a connection of its own. */
async function ask(server: { readonly url: string }, ...[command = '', ...args]: readonly string[]): Promise<unknown> {
  const client = await clientOf(server.url)
  return await client.call(command, ...args).finally(() => client.disconnect())
}

function alive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

describe('a private server', () => {
  test('comes, and goes with its process and its folder', async () => {
    let seen: RedisServer
    let pid: number | undefined
    {
      await using server = await startRedisServer()
      seen = server
      pid = server.pid
      expect(await ask(server, 'PING')).toBe('PONG')
      expect(await ask(server, 'CONFIG', 'GET', 'maxmemory-policy')).toEqual(['maxmemory-policy', 'noeviction'])
      expect(await ask(server, 'CONFIG', 'GET', 'appendonly')).toEqual(['appendonly', 'no'])
      expect(await ask(server, 'CONFIG', 'GET', 'save')).toEqual(['save', ''])
      expect(await ask(server, 'CONFIG', 'GET', 'bind')).toEqual(['bind', '127.0.0.1'])
    }
    expect(seen.pid).toBeUndefined()
    expect(alive(pid as number)).toBe(false)
    expect(existsSync(seen.folder)).toBe(false)
    await expect(ask(seen, 'PING')).rejects.toThrow()
    await seen.close()
  })

  test('has neighbours that share nothing with it', async () => {
    await using one = await startRedisServer()
    await using two = await startRedisServer({ 'maxmemory-policy': 'allkeys-lru' })
    await ask(one, 'SET', 'k', '1')
    expect(await ask(two, 'GET', 'k')).toBeNull()
    expect(await ask(two, 'CONFIG', 'GET', 'maxmemory-policy')).toEqual(['maxmemory-policy', 'allkeys-lru'])
    await one.close()
    expect(await ask(two, 'PING')).toBe('PONG')
  })

  test('loses what is not on disk when it is killed', async () => {
    await using server = await startRedisServer()
    const { port, pid } = server
    await ask(server, 'SET', 'k', '1')
    await server.kill()
    expect(server.pid).toBeUndefined()
    await server.start()
    expect(server.pid).not.toBe(pid)
    expect(server.port).toBe(port)
    expect(await ask(server, 'GET', 'k')).toBeNull()
  })

  test('keeps what is on disk', async () => {
    await using server = await startRedisServer({ appendonly: 'yes', appendfsync: 'always' })
    await ask(server, 'SET', 'k', '1')
    await server.kill()
    await server.start()
    expect(await ask(server, 'GET', 'k')).toBe('1')
    await server.stop()
    await server.start()
    expect(await ask(server, 'GET', 'k')).toBe('1')
  })

  test('is not left behind by a start that fails', async () => {
    await expect(startRedisServer({ 'no-such-setting': '1' })).rejects.toThrow(/--no-such-setting.*ended with 1.*FATAL CONFIG FILE ERROR/s)
  })

  test('does not outlive whoever started it, even if that is killed', async () => {
    const script = `
      const { startRedisServer } = await import('./scripts/redis/server.ts')
      const { pid, folder, url } = await startRedisServer()
      console.log(JSON.stringify({ pid, folder, url }))`
    const owner = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script], {
      cwd: join(import.meta.dirname, '../..'),
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const [line] = await once(owner.stdout, 'data')
    const server: { readonly pid: number; readonly folder: string; readonly url: string } = JSON.parse(String(line))
    expect(await ask(server, 'PING')).toBe('PONG')
    owner.kill('SIGKILL')
    await expect.poll(() => alive(server.pid), { timeout: 10_000 }).toBe(false)
    await expect.poll(() => existsSync(server.folder), { timeout: 10_000 }).toBe(false)
  })
})
