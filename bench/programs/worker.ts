// A subprocess: one worker, of whichever contender is on.
import { type RedisContenderName, redisContenders } from '../contenders/index.ts'
import { deployment } from '../contenders/tanager.ts'
import { serve } from '../subprocess.ts'

let stop: () => Promise<void> = async () => {}
let mostMemory = 0

const steps = {
  /** @returns how many seconds it took, by the clock and of this process's processor time */
  work: async (name: RedisContenderName, redis: string, count: number, batchSize: number) => {
    const before = process.cpuUsage()
    const begin = performance.now()
    stop = await redisContenders[name].work(redis, count, batchSize)
    const seconds = (performance.now() - begin) / 1000
    const { user, system } = process.cpuUsage(before)
    return { seconds, cpu: (user + system) / 1e6 }
  },

  /** Works for tanager until it is stopped. */
  begin: async (redis: string) => {
    const worker = await deployment(redis).start()
    const watch = setInterval(() => {
      mostMemory = Math.max(mostMemory, process.memoryUsage.rss())
    }, 20)
    stop = async () => {
      clearInterval(watch)
      await worker.close()
    }
  },

  /** The most resident memory since the last time it was asked, in MB. */
  memory: async () => {
    const most = Math.max(mostMemory, process.memoryUsage.rss()) / 1e6
    mostMemory = 0
    return most
  },

  stop: () => stop(),
}

export type Worker = typeof steps
serve(steps)
