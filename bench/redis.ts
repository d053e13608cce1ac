import { Redis } from 'ioredis'
import { type RedisServer, startRedisServer } from '../scripts/redis/server.ts'

/** A Redis of the bench's own, and how busy it has been. */
export interface MeasuredRedis extends AsyncDisposable {
  readonly url: string
  readonly version: string
  /** Processor seconds it has used: in its own code, and in all, the system's work for its connections included. */
  readonly cpu: () => Promise<{ readonly user: number; readonly total: number }>
  /** Commands it has done, those of scripts included. */
  readonly commands: () => Promise<number>
  readonly clear: () => Promise<void>
}

export async function measuredRedis(): Promise<MeasuredRedis> {
  const server: RedisServer = await startRedisServer()
  const client = new Redis(server.url)
  const field = async (section: string, name: string) =>
    new RegExp(`^${name}:(.*)$`, 'm').exec(await client.info(section))?.[1]?.trim() ?? ''
  return {
    url: server.url,
    version: await field('server', 'redis_version'),
    cpu: async () => {
      const user = Number(await field('cpu', 'used_cpu_user'))
      return { user, total: user + Number(await field('cpu', 'used_cpu_sys')) }
    },
    commands: async () => Number(await field('stats', 'total_commands_processed')),
    clear: async () => void (await client.flushall()),
    [Symbol.asyncDispose]: async () => {
      client.disconnect()
      await server.close()
    },
  }
}
