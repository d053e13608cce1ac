import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Redis } from 'ioredis'
import { type RedisServer, startRedisServer } from '../../scripts/redis/server.ts'
import { type RedisProxy, startProxy } from '../redis/proxy.ts'
import type { Finding } from './check.ts'
import { chaosApp, partitions } from './deploy.ts'
import { Kept } from './kept.ts'
import type { ChaosClient } from './observe.ts'
import { quiet } from './quiet.ts'
import { Rubble } from './rubble.ts'
import { Senders } from './senders.ts'
import { Watch } from './watch.ts'

export interface SiteOptions {
  readonly seed: number
  readonly workers: number
  readonly senders: number
  /** Events a second, of all senders together, about. */
  readonly rate: number
}

/** All that a run needs, at work; gone when it is disposed of. */
export interface Site extends AsyncDisposable {
  readonly server: RedisServer
  /** Between Redis and every worker and sender. */
  readonly proxy: RedisProxy
  /** A connection past the proxy. It waits for a Redis that is away. */
  readonly redis: Redis
  readonly workers: readonly Kept[]
  readonly senders: Senders
  readonly watch: Watch
  readonly client: ChaosClient
  /** The folder that is the outlet. */
  readonly outlet: string
}

export const prefix = 'chaos'
const sourcesOfASender = 3
/** How many a batch has on average, about. */
const eventsOfABatch = 10

export async function build({ seed, workers, senders, rate }: SiteOptions, find: (finding: Finding) => void): Promise<Site> {
  const rubble = new Rubble()
  try {
    const server = rubble.add(await startRedisServer({ appendonly: 'yes', appendfsync: 'always' }), (each) => each.close())
    const proxy = rubble.add(await startProxy(server.port), (each) => each.close())
    // Beside Redis's files, so that it goes with them, even if we are killed.
    const outlet = join(server.folder, 'outlet')
    await mkdir(outlet)
    const pause = (senders * sourcesOfASender * eventsOfABatch * 1000) / rate
    const worker = (i: number) =>
      new Kept({
        name: `worker ${i}`,
        command: () => ['cli/main.ts', 'worker', 'test/chaos/deploy.ts', '--prefix', prefix],
        env: { REDIS_URL: proxy.url, CHAOS_PREFIX: prefix, CHAOS_OUTLET: outlet },
        heard: () => {},
        surprised: (what) => find({ kind: 'process', what }),
      })
    return {
      ...{ server, proxy, outlet },
      redis: rubble.add(quiet(server.url), (each) => each.disconnect()),
      watch: rubble.add(new Watch(server.url, prefix, partitions), (each) => each.close()),
      client: rubble.add(chaosApp({ redis: server.url, prefix }).client(), (each) => each.close({ abandon: true })),
      workers: Array.from({ length: workers }, (_, i) => rubble.add(worker(i), (each) => each.stop())),
      senders: rubble.add(new Senders({ redis: proxy.url, prefix, seed, count: senders, pause, find }), (each) => each.stop()),
      [Symbol.asyncDispose]: () => rubble[Symbol.asyncDispose](),
    }
  } catch (error) {
    await rubble[Symbol.asyncDispose]()
    throw error
  }
}
