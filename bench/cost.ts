import type { Feeder } from './programs/feeder.ts'
import type { Runner } from './programs/runner.ts'
import type { MeasuredRedis } from './redis.ts'
import type { Setup } from './subjects/setup.ts'
import { type Subprocess, start } from './subprocess.ts'

/** What it takes to count one record, in microseconds of processor time, but for `perSecond`. */
export interface Cost {
  readonly worker: number
  /** Of Redis in all, the system's work for its connections included. */
  readonly redis: number
  readonly both: number
  /** By the clock. */
  readonly perSecond: number
}

export interface Run {
  readonly setup: Setup
  /** How many records are counted before it counts: V8 compiles, and every key comes to be. */
  readonly warmUp: number
  readonly records: number
  /** Options of node for the worker, such as `--cpu-prof`. */
  readonly node?: readonly string[]
}

/**
 * What it costs a worker to count records that all wait in Redis. Its process is its own, and has counted some before,
 * every key among them; the answer is checked.
 */
export async function costOf(redis: MeasuredRedis, { setup, warmUp, records, node = [] }: Run): Promise<Cost> {
  await redis.clear()
  await using runner = start<Runner>('runner', [], node)
  await using feeder = start<Feeder>('feeder')
  await feeder.call('open', setup, redis.url)
  await feeder.call('fill', warmUp)
  await runner.call('begin', setup, redis.url)
  await feeder.call('settled')
  await runner.call('stop')
  await feeder.call('send', records)
  const cost = await spentBy(redis, runner, records, async () => {
    await runner.call('begin', setup, redis.url)
    await feeder.call('settled')
  })
  await runner.call('stop')
  await feeder.call('check')
  await feeder.call('close')
  return cost
}

/** What a worker and Redis spend on so many records while something is done. */
export async function spentBy(
  redis: Pick<MeasuredRedis, 'cpu'>,
  runner: Subprocess<Runner>,
  records: number,
  work: () => Promise<void>,
): Promise<Cost> {
  const [before, worked] = [await redis.cpu(), await runner.call('processor')]
  const begin = performance.now()
  await work()
  const seconds = (performance.now() - begin) / 1000
  const [after, done] = [await redis.cpu(), await runner.call('processor')]
  const each = (spent: number) => (spent * 1e6) / records
  const [worker, ofRedis] = [each(done - worked), each(after.total - before.total)]
  return { worker, redis: ofRedis, both: worker + ofRedis, perSecond: records / seconds }
}
