import { inTurns } from '../in-turns.ts'
import type { Counter } from '../programs/counter.ts'
import type { Sender } from '../programs/sender.ts'
import type { Worker } from '../programs/worker.ts'
import type { MeasuredRedis } from '../redis.ts'
import { start } from '../subprocess.ts'

/** So many that what V8 takes to compile a run is a small part of it: a loop that has become slower is to show. */
const inMemory = 1_000_000
const events = 500_000
/** A job per batch by hand is asked for what it costs Redis, which does not depend on how many there are. */
const fewer = 50_000
const batchSize = 5_000

const names = ['memory', 'hand', 'worker', 'batch'] as const

/** What an event costs, round by round. */
export interface Costs {
  /** Processor time of a process, in seconds, all of its threads. */
  readonly processor: Readonly<Record<'memory' | 'hand' | 'worker', readonly number[]>>
  /** Processor time of Redis, in seconds: of its own code and of its connections. */
  readonly redis: Readonly<Record<'worker' | 'batch', readonly number[]>>
  /** Commands of Redis, those of scripts included. */
  readonly commands: readonly number[]
}

/** The memory platform, a loop by hand, a worker, and batches by hand, over the same beacons, in turns; answers are checked. */
export async function costs(redis: MeasuredRedis, rounds: number): Promise<Costs> {
  await using memory = start<Counter>('counter', [], ['--expose-gc'])
  await using hand = start<Counter>('counter', [], ['--expose-gc'])
  await using worker = start<Worker>('worker')
  await using batch = start<Worker>('worker')
  await using sender = start<Sender>('sender')
  await Promise.all([
    memory.call('prepare', 'tanagerMemory', inMemory),
    hand.call('prepare', 'handLoop', inMemory),
    sender.call('prepare', events),
  ])
  await Promise.all([memory.call('check'), hand.call('check')])

  const local = async (counter: typeof memory) => ({ processor: (await counter.call('pass')).cpu / inMemory, redis: 0, commands: 0 })
  const distributed = async (contender: 'tanager' | 'jobPerBatch', process: typeof worker, count: number) => {
    await redis.clear()
    await sender.call('send', contender, redis.url, count, batchSize)
    const [spent, done] = [await redis.cpu(), await redis.commands()]
    const { cpu } = await process.call('work', contender, redis.url, count, batchSize)
    const [spentNow, doneNow] = [await redis.cpu(), await redis.commands()]
    await process.call('stop')
    await sender.call('check', contender, redis.url, count)
    return { processor: cpu / count, redis: (spentNow.total - spent.total) / count, commands: (doneNow - done) / count }
  }
  const turn = {
    memory: () => local(memory),
    hand: () => local(hand),
    worker: () => distributed('tanager', worker, events),
    batch: () => distributed('jobPerBatch', batch, fewer),
  }
  const runs = await inTurns({ names, rounds, warmUp: 1 }, (name) => turn[name]())
  const of = (name: (typeof names)[number], what: 'processor' | 'redis' | 'commands') => runs[name].map((run) => run[what])
  return {
    processor: { memory: of('memory', 'processor'), hand: of('hand', 'processor'), worker: of('worker', 'processor') },
    redis: { worker: of('worker', 'redis'), batch: of('batch', 'redis') },
    commands: of('worker', 'commands'),
  }
}
