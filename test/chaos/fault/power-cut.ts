import { readdir, stat, truncate } from 'node:fs/promises'
import { join } from 'node:path'
import type { Redis } from 'ioredis'
import { now } from '../senders.ts'
import type { World } from '../world.ts'
import type { Fault } from './fault.ts'

export const powerCut: Fault = {
  what: 'SIGKILL of Redis under appendfsync everysec, and the loss of up to its last second',
  strike: ({ server, redis, senders, alone, sleep }, random, struck) =>
    alone(async () => {
      const doubtful = now()
      await redis.config('SET', 'appendfsync', 'everysec')
      await sleep(500 + random.below(1000))
      // A kill alone loses nothing that was given to the system, so the loss is made: what is written from now on is lost.
      const file = await appendOnlyFile(server.folder)
      const { size: kept } = await stat(file)
      await sleep(random.below(900))
      await server.kill()
      const { size } = await stat(file)
      const cut = kept + Math.floor(random.next() * (size - kept))
      await truncate(file, cut)
      senders.mayHaveForgotten(doubtful)
      await server.start()
      struck()
      await forgetHalves(redis, sleep)
      return `${size - cut} bytes lost`
    }),
}

/**
 * Where the file ends within a transaction, Redis does not do the half of it, but may leave it in the file; the start after
 * the next would do it, together with what was written behind it. A file that is written anew has no halves.
 */
async function forgetHalves(redis: Redis, sleep: World['sleep']): Promise<void> {
  await redis.bgrewriteaof()
  for (;;) {
    const info = await redis.info('persistence')
    if (/aof_rewrite_in_progress:0\r\naof_rewrite_scheduled:0/.test(info)) return
    await sleep(20)
  }
}

/** The file that is written to now. */
async function appendOnlyFile(folder: string): Promise<string> {
  const files = join(folder, 'appendonlydir')
  const names = (await readdir(files)).filter((name) => name.endsWith('.incr.aof'))
  const number = (name: string) => Number(/\.(\d+)\.incr/.exec(name)?.[1])
  return join(files, names.sort((a, b) => number(a) - number(b)).at(-1) as string)
}
