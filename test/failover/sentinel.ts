import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, writeFile } from 'node:fs/promises'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Redis } from 'ioredis'
import { expect } from 'vitest'
import { redisProgram } from '../../scripts/redis/program.ts'
import type { RedisServer } from '../../scripts/redis/server.ts'

/** A Sentinel that watches one primary, and promotes its replica when it is gone. */
export interface Sentinel extends AsyncDisposable {
  readonly host: string
  readonly port: number
  readonly name: string
  /** The port of the primary, as it knows it. */
  primary(): Promise<number>
}

export async function startSentinel(primary: RedisServer): Promise<Sentinel> {
  const [host, name, port] = ['127.0.0.1', 'main', await freePort()]
  const folder = await mkdtemp(join(tmpdir(), 'tanager-sentinel-'))
  const config = join(folder, 'sentinel.conf')
  // It writes into its file what it learns.
  await writeFile(
    config,
    [
      `port ${port}`,
      `bind ${host}`,
      `dir ${folder}`,
      `sentinel monitor ${name} ${host} ${primary.port} 1`,
      `sentinel down-after-milliseconds ${name} 300`,
      `sentinel failover-timeout ${name} 5000`,
      '',
    ].join('\n'),
  )
  // The shell waits for the end of its input, which comes with our own end, however sudden.
  const script = '"$1" "$2" --sentinel >/dev/null & pid=$!; read -r _; kill -9 $pid; rm -rf "$3"'
  const shell = spawn('/bin/sh', ['-c', script, 'sh', await redisProgram(), config, folder], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  })
  const client = new Redis(port, host, { retryStrategy: () => 20, maxRetriesPerRequest: null })
  client.on('error', () => undefined)
  const close = async () => {
    client.disconnect()
    const ended = once(shell, 'exit')
    shell.stdin.end()
    await ended
  }
  try {
    // It looks for replicas every ten seconds and when it begins; before it knows one it has nothing to promote.
    const replicas = async () => ((await client.call('SENTINEL', 'REPLICAS', name)) as readonly unknown[]).length
    await expect.poll(replicas, { interval: 20, timeout: 15_000 }).toBe(1)
  } catch (error) {
    await close()
    throw error
  }
  return {
    host,
    port,
    name,
    primary: async () => Number(((await client.call('SENTINEL', 'GET-MASTER-ADDR-BY-NAME', name)) as readonly string[])[1]),
    [Symbol.asyncDispose]: close,
  }
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const { port } = probe.address() as AddressInfo
  await new Promise((resolve) => probe.close(resolve))
  return port
}
