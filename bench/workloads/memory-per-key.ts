import { Redis } from 'ioredis'
import { goals } from '../goals.ts'
import type { Feeder } from '../programs/feeder.ts'
import type { Runner } from '../programs/runner.ts'
import { number } from '../report/format.ts'
import { tell } from '../report/print.ts'
import type { Setup } from '../subjects/setup.ts'
import { start } from '../subprocess.ts'
import type { RedisWorkload } from './workload.ts'

interface Size {
  readonly rounds: number
  readonly keys: readonly number[]
}

/** As many records again as there are keys: sums are not all 1. */
const more = 2
/** Pairs of a bare hash that are written at a time. */
const chunk = 5_000

interface Run {
  /** Bytes that Redis has more in use than when it is empty. */
  readonly ours: number
  readonly bare: number
  /** Of the hashes that hold the store, as Redis has it of each, without what its allocator rounds up. */
  readonly store: number
  /** Of all other keys: logs, inboxes, queues. */
  readonly beside: number
  /** How those are kept: `hashtable`, `listpack`. */
  readonly encodings: readonly string[]
  readonly partitions: number
}

/** A job's queues and logs need some thousands of bytes, however few keys there are: below this they are most of it. */
const fewest = 10_000

/** Once all is counted and everybody has left: how much memory does Redis need, beside one hash of the same keys and values? */
export const memoryPerKey: RedisWorkload<Size> = {
  name: 'memory-per-key',
  asks: 'all is counted, everybody has left: how much memory does Redis need for a key, beside one hash of the same keys and values?',
  redis: true,
  sizes: { full: { rounds: 3, keys: [100, 10_000, 1_000_000] }, quick: { rounds: 1, keys: [100, 10_000, 200_000] } },

  run: async ({ size: { rounds, keys }, redis }) => {
    const client = new Redis(redis.url)

    async function run(count: number): Promise<Run> {
      const setup: Setup = { subject: 'beacons', shape: { keys: count } }
      await redis.clear()
      const empty = await inUse(client)
      await counted(setup, count)
      const ours = (await inUse(client)) - empty
      const stores = (await client.keys('tanager:*:store:types:*')).filter((key) => /:\d+$/.test(key))
      const others = (await client.keys('*')).filter((key) => !stores.includes(key))
      const [store, beside] = [await usage(stores), await usage(others)]
      const encodings = await Promise.all(stores.map((key) => client.object('ENCODING', key) as Promise<string>))
      const pairs: string[] = []
      for (const key of stores) for (const [field, value] of Object.entries(await client.hgetall(key))) pairs.push(field, value)
      if (pairs.length !== 2 * count) throw new Error(`${count} keys were sent, ${pairs.length / 2} are there`)
      await redis.clear()
      const emptyAgain = await inUse(client)
      for (let at = 0; at < pairs.length; at += 2 * chunk) await client.hset('bare', ...pairs.slice(at, at + 2 * chunk))
      const bare = (await inUse(client)) - emptyAgain
      return { ours, bare, store, beside, encodings, partitions: stores.length }
    }

    async function usage(keys: readonly string[]): Promise<number> {
      const bytes = await Promise.all(keys.map((key) => client.memory('USAGE', key, 'SAMPLES', 0)))
      return bytes.reduce<number>((sum, each) => sum + (each ?? 0), 0)
    }

    async function counted(setup: Setup, count: number): Promise<void> {
      await using runner = start<Runner>('runner')
      await using feeder = start<Feeder>('feeder')
      await feeder.call('open', setup, redis.url)
      await feeder.call('fill', more * count)
      await runner.call('begin', setup, redis.url)
      await feeder.call('settled')
      await runner.call('stop')
      await feeder.call('check')
      await feeder.call('close')
    }

    // Redis keeps the scripts it was given, whatever is cleared: they are there before anything is compared.
    await run(100)
    const runs = new Map<number, Run[]>(keys.map((count) => [count, []]))
    for (let round = 1; round <= rounds; round++) {
      for (const [count, found] of runs) {
        const done = await run(count)
        found.push(done)
        tell(
          `memory per key, round ${round} of ${rounds}: ${number(count)} keys, ${number(done.ours / count)} bytes beside ${number(done.bare / count)}`,
        )
      }
    }
    client.disconnect()
    return {
      title: `Memory of Redis by key, beacons by type and their sums, beside one hash of the same; ${rounds} rounds`,
      figures: [...runs]
        .filter(([count]) => count >= fewest)
        .map(([count, found]) => ({
          ...goals.memoryPerKey,
          ...(count === fewest
            ? {}
            : { id: `${goals.memoryPerKey.id}-${count}`, what: `${goals.memoryPerKey.what}, ${number(count)} keys` }),
          runs: found.map(({ ours, bare }) => ours / bare),
        })),
      details: {
        columns: ['keys', 'in all', 'its hashes', 'a bare hash', 'all other keys', 'kept as'],
        rows: [...runs].map(([count, found]) => [
          count.toLocaleString('en-US'),
          { runs: found.map(({ ours }) => ours / count), unit: 'B a key' },
          { runs: found.map(({ store }) => store / count), unit: 'B a key' },
          { runs: found.map(({ bare }) => bare / count), unit: 'B a key' },
          { runs: found.map(({ beside }) => beside / 1000), unit: 'kB' },
          `${found[0]?.partitions} × ${[...new Set(found[0]?.encodings)].join(', ')}`,
        ]),
      },
    }
  },
}

/** Bytes in use, once nothing changes any more: clients' buffers are let go, tables have moved to their new place. */
async function inUse(client: Redis): Promise<number> {
  let last = Number.NaN
  for (;;) {
    const bytes = Number(/^used_memory:(\d+)/m.exec(await client.info('memory'))?.[1])
    const clients = Number(/^connected_clients:(\d+)/m.exec(await client.info('clients'))?.[1])
    if (clients <= 2 && Math.abs(bytes - last) < 500) return bytes
    last = bytes
    await new Promise((resolve) => setTimeout(resolve, 300))
  }
}
