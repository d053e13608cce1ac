import { randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { messageOf } from '../core/error.ts'
import type { AnySlot } from '../core/slot/slot.ts'
import type { BullmqApp, Client, Status } from '../platforms/bullmq/index.ts'
import { rehearsalOf } from './deployment.ts'
import { Failure } from './fault.ts'
import { Feed } from './feed.ts'
import { Fleet } from './fleet.ts'
import type { Interrupt } from './interrupt.ts'
import type { Loaded } from './module.ts'
import { type RedisOptions, redisOfRun } from './options.ts'
import { note } from './output.ts'
import { progressBar, readingBar } from './progress.ts'
import { byName, itemsOf, type Refused, type Results, refusedOf, rowsOf } from './results.ts'
import type { Ran } from './run-memory.ts'
import type { FedSource } from './sources.ts'
import { counted } from './text.ts'

export interface Distributed extends RedisOptions {
  readonly workers: number
  readonly keep?: boolean
}

const page = 500
/** How long workers have to end, and Redis to forget, when all is over. */
const grace = 5_000

/**
 * Runs a job to the end of its files through Redis and worker processes: in a key space of its own, so that whatever else is
 * in that Redis, a live deployment of the same job too, is not touched; and nothing is left of it.
 */
export async function runOnBullmq(
  loaded: Loaded,
  sources: readonly FedSource[],
  { workers, keep, ...given }: Distributed,
  interrupt: Interrupt,
): Promise<Ran> {
  const redisPrefix = `tanager:run-${randomBytes(4).toString('hex')}`
  const options: RedisOptions = { ...given, redisPrefix }
  const app = await rehearsalOf(loaded, options)
  const client = app.client({ timeout: options.timeout * 1000 })
  // Before anything is started: is Redis there, and fit?
  await interrupt.before(client.status())
  const env = options.redis === undefined ? {} : { [redisOfRun]: options.redis }
  const fleet = new Fleet({ size: workers, args: workerArguments(loaded, options), env, note, signal: interrupt.signal })
  const onExit = () => fleet.kill()
  process.once('exit', onExit)
  try {
    fleet.start()
    note(`${counted(workers, 'worker')}, ${workers === 1 ? 'pid' : 'pids'} ${fleet.pids.join(', ')}; keys under ${redisPrefix}`)
    const work = new Work(app, client, fleet, interrupt)
    return await Promise.race([work.run(sources), work.watch(), fleet.failed, interrupt.happened])
  } finally {
    await fleet.stop(grace)
    process.off('exit', onExit)
    await client.close({ abandon: true })
    await (keep ? keepKeys(loaded, redisPrefix) : removeKeys(app, loaded, redisPrefix))
  }
}

function workerArguments({ path }: Loaded, { redisPrefix, timeout }: RedisOptions): readonly string[] {
  const place = ['--redis-prefix', redisPrefix as string]
  const debug = process.argv.includes('--debug') ? ['--debug'] : []
  return [path, '--rehearsal', '--timeout', String(timeout), '--grace', String((grace - 1000) / 1000), ...place, ...debug]
}

/** What is done while the workers work. */
class Work {
  readonly #app: BullmqApp
  readonly #client: Client<AnySlot>
  readonly #fleet: Fleet
  readonly #interrupt: Interrupt
  #over = false

  constructor(app: BullmqApp, client: Client<AnySlot>, fleet: Fleet, interrupt: Interrupt) {
    this.#app = app
    this.#client = client
    this.#fleet = fleet
    this.#interrupt = interrupt
  }

  async run(sources: readonly FedSource[]): Promise<Ran> {
    try {
      const records = await this.#send(sources)
      await this.#count(records)
      return { records, results: await this.#results() }
    } finally {
      this.#over = true
    }
  }

  async #send(sources: readonly FedSource[]): Promise<number> {
    const bar = await readingBar(
      'sending',
      sources.flatMap(({ files }) => files),
    )
    let bytes = 0
    let records = 0
    const onAccepted = (acceptedBytes: number, acceptedRecords: number) => {
      bytes += acceptedBytes
      records += acceptedRecords
      bar.update(bytes, records)
    }
    try {
      const { signal } = this.#interrupt
      for (const source of sources) await new Feed(this.#client, source, { onAccepted, signal }).run()
      signal.throwIfAborted()
      return records
    } finally {
      bar.stop()
    }
  }

  async #count(records: number): Promise<void> {
    const bar = await progressBar('counting', records)
    const inputs = this.#app.plan.streams.filter(({ from }) => from === 'source').map(({ name }) => name)
    try {
      await this.#client.settled({
        onProgress: ({ streams }) => {
          const done = inputs.reduce((sum, name) => sum + (streams.get(name)?.records ?? 0), 0)
          bar.update(done, done)
        },
      })
    } finally {
      bar.stop()
    }
  }

  async #results(): Promise<Results> {
    const { plan } = this.#app
    const client = this.#client
    const stores = byName(plan.stores.map(({ slot }) => slot))
    const deadLetters: Refused[] = []
    for (let after: string | undefined; ; ) {
      const letters = await client.deadLetters.list({ limit: page, ...(after === undefined ? {} : { after }) })
      deadLetters.push(...letters)
      after = letters.at(-1)?.id
      if (letters.length < page) break
    }
    return {
      stores: await Promise.all(stores.map((slot) => rowsOf(slot, client.store(slot.name).entries()))),
      sinks: await Promise.all(byName(plan.sinks).map((slot) => itemsOf(slot, client.sink(slot.name).entries()))),
      deadLetters: refusedOf(deadLetters),
    }
  }

  /** Looks whether there is progress, for as long as there is work. Never answers; rejects if there cannot be any. */
  async watch(): Promise<never> {
    let before: Status | undefined
    for (;;) {
      await sleep(250)
      if (this.#over) return new Promise(() => {})
      const now = await this.#client.status()
      const [failed] = now.failed
      if (failed !== undefined) throw new Failure(`the batch ${failed.id} failed ${counted(failed.attempts, 'time')}: ${failed.error}`)
      if (before !== undefined && done(now) < done(before)) {
        throw new Failure('Redis has lost what it was given: was it started anew, without what it held?')
      }
      if (before === undefined || done(now) > done(before)) this.#fleet.progressed()
      before = now
    }
  }
}

/** A number that grows whenever something was done, and never falls. */
function done({ streams, stores }: Status): number {
  let sum = 0
  for (const { head, records } of streams.values()) sum += head + records
  for (const partitions of stores.values()) for (const { position } of partitions) sum += position
  return sum
}

function keepKeys({ name }: Loaded, redisPrefix: string): void {
  note(
    `kept under ${redisPrefix}:\n  tanager query ${name} STORE --redis-prefix ${redisPrefix}\n  tanager reset ${name} --redis-prefix ${redisPrefix} --yes`,
  )
}

async function removeKeys(app: BullmqApp, { name }: Loaded, redisPrefix: string): Promise<void> {
  const client = app.client({ timeout: grace })
  try {
    await client.reset()
  } catch (error) {
    note(`what was written could not be removed: ${messageOf(error)}\nLater: tanager reset ${name} --redis-prefix ${redisPrefix} --yes`)
  } finally {
    await client.close({ abandon: true })
  }
}
