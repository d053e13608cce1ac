import { randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { isEncoded } from '../../core/contract/encoded.ts'
import { messageOf, TanagerError } from '../../core/error.ts'
import type { Job } from '../../core/job.ts'
import type { AnySlot } from '../../core/slot/slot.ts'
import type { BullmqApp, BullmqOptions, Client, ConnectOptions, RunningWorker } from '../../platforms/bullmq/index.ts'
import { Random } from '../../platforms/simulation/random.ts'
import { checkInputs, listOf, mostRecords, sourcesOf } from './inputs.ts'
import type { Inputs, Outcome, OutcomeDeadLetter, TestPlatform } from './platform.ts'

/** What ioredis takes, spelled out here as far as most need it: who does not use Redis need not have its types. */
export interface RedisAddress {
  readonly host?: string
  readonly port?: number
  readonly username?: string
  readonly password?: string
  readonly db?: number
  readonly tls?: object
  readonly [option: string]: unknown
}

/** How BullMQ and Redis are put on trial. */
export interface OnRedisOptions {
  /** A URL, or ioredis's options; REDIS_URL, or else redis://127.0.0.1:6379. */
  readonly redis?: string | RedisAddress | undefined
  /** What the keys of each run begin with, before a part of their own: `tanager`. */
  readonly prefix?: string
  /** In how many parts each store's keys are merged; drawn from the seed unless given, up to 4. */
  readonly partitions?: number
  /** How many records are in a batch, at most; drawn from the seed unless given. */
  readonly batchRecords?: number
  /** How many workers share the work, all in this process; 2. */
  readonly workers?: number
  /** How often a batch is tried before the run is given up; 3. */
  readonly attempts?: number
  /** How long a run may take, in milliseconds; 30 000. A Redis that does not answer is given up after 10 000 at most. */
  readonly timeout?: number
}

/**
 * The real thing: BullMQ and a Redis that is there, with workers in this process. Each run has keys of its own, under a
 * prefix that no other has, and removes them: nothing of anybody else's is touched, also not a deployment of the same job. A
 * process that is killed leaves its run's keys behind; they all begin with `<prefix>:same-`.
 *
 * ```ts
 * import { codec, job, source, store } from 'tanager'
 * import { sum } from 'tanager/algebra'
 * import { expectSame, onMemory, onRedis, onSimulation } from 'tanager/testing'
 *
 * const words = source('words', { item: codec.string })
 * const counts = store('counts', { key: codec.string, sum })
 * const wordCount = job('word-count', words.map((w) => [w, 1] as const).sumByKey(counts))
 *
 * await expectSame(wordCount, { words: ['a', 'b', 'a'] }, [onMemory(), onSimulation(), onRedis({ redis: process.env.REDIS_URL })])
 * ```
 *
 * What a store held before cannot be given to it. A run throws TanagerError `batch-failed` if a batch is out of attempts,
 * `timeout` if it is not done in time, `redis` if Redis must not be used, `missing-package` without bullmq and ioredis,
 * `invalid-binding` for what a store held before.
 */
export function onRedis(options: OnRedisOptions = {}): TestPlatform {
  return {
    name: 'Redis',
    run: async (job, inputs, seed) => {
      const given = checkInputs(job, inputs)
      refuseHeld(job, given)
      const { bullmq } = await platform()
      const services = [...job.slots.values()].flatMap(({ kind, name }) => (kind === 'service' ? [[name, given[name]] as const] : []))
      const app = bullmq(settingsOf(job, given, options, seed)).on(job)
      return runOn(app.bind(Object.fromEntries(services) as never), given, options)
    },
  }
}

const patience = 30_000
/** How long to wait for a Redis that does not answer, at most: there a test is not to hang for as long as a run may take. */
const knocking = 10_000
/** How long a worker may finish what it has in hand when a run is over, or given up. */
const grace = 5000

function settingsOf(
  job: Job,
  inputs: Inputs,
  { redis, prefix = 'tanager', partitions, batchRecords, attempts = 3 }: OnRedisOptions,
  seed: number,
): BullmqOptions {
  const random = new Random(seed)
  const drawn = { partitions: 1 + random.below(4), batchRecords: random.pick([1, 3, 20, 200]) }
  // Of many records, some hundred batches are enough to differ by.
  const least = Math.ceil(mostRecords(job, inputs) / 300)
  return {
    ...(redis === undefined ? {} : { redis: redis as NonNullable<BullmqOptions['redis']> }),
    prefix: `${prefix}:same-${randomBytes(6).toString('hex')}`,
    partitions: partitions ?? drawn.partitions,
    batch: { batchRecords: batchRecords ?? Math.max(least, drawn.batchRecords) },
    attempts,
    backoff: 10,
    reconcileEvery: 200,
  }
}

async function runOn(app: BullmqApp, inputs: Inputs, { workers: size = 2, timeout = patience }: OnRedisOptions): Promise<Outcome> {
  const connecting = { timeout: Math.min(timeout, knocking) }
  const client = app.client(connecting)
  const workers: RunningWorker[] = []
  const over = new AbortController()
  const work = async () => {
    for (let i = 0; i < size; i++) workers.push(await app.start(connecting))
    return Promise.race([workThrough(app, client, inputs, timeout), failureOf(app, client, over.signal)])
  }
  // Before anything is written: is Redis there, and fit? If not, there is nothing to remove.
  const [there] = await Promise.allSettled([client.status()])
  const [run] = there.status === 'rejected' ? [there] : await Promise.allSettled([work()])
  over.abort()
  // Workers first: one at work would write on after its keys are gone.
  await Promise.allSettled(workers.map((worker) => worker.close({ grace })))
  await client.close({ abandon: true })
  const [removed] = there.status === 'rejected' ? [there] : await Promise.allSettled([removeKeys(app, connecting)])
  if (run.status === 'rejected') throw run.reason
  if (removed.status === 'fulfilled') return run.value
  throw new TanagerError('redis', `the keys of this run could not be removed: ${messageOf(removed.reason)}`, {
    remedy: `They begin with ${app.options.prefix}:{${app.job.name}}.`,
    cause: removed.reason,
  })
}

async function workThrough(app: BullmqApp, client: Client<AnySlot>, inputs: Inputs, timeout: number): Promise<Outcome> {
  await Promise.all(
    sourcesOf(app.job).map(async (name) => {
      const input = inputs[name]
      const records = isEncoded(input) ? input : await listOf(input as Iterable<unknown>)
      await client.send(name, records as Iterable<never>, { timeout })
    }),
  )
  await client.settled({ timeout })
  const { stores, sinks } = app.plan
  const held = stores.map(async ({ slot: { name } }) => [name, new Map(await listOf(client.store(name).entries()))] as const)
  const given = sinks.map(async ({ name }) => [name, await listOf(client.sink(name).entries())] as const)
  return {
    stores: Object.fromEntries(await Promise.all(held)),
    sinks: Object.fromEntries(await Promise.all(given)),
    deadLetters: await deadLettersOf(client),
  }
}

const page = 500

async function deadLettersOf(client: Client<AnySlot>): Promise<readonly OutcomeDeadLetter[]> {
  const all: OutcomeDeadLetter[] = []
  for (let after: string | undefined; ; ) {
    const letters = await client.deadLetters.list({ limit: page, ...(after === undefined ? {} : { after }) })
    all.push(...letters)
    if (letters.length < page) return all
    after = letters.at(-1)?.id
  }
}

/** Looks for batches that are out of attempts: whoever waits for them would wait for ever. Never answers. */
async function failureOf({ job }: BullmqApp, client: Client<AnySlot>, over: AbortSignal): Promise<never> {
  for (;;) {
    await sleep(100, undefined, { signal: over })
    const { failed } = await client.status()
    const [first] = failed
    if (first === undefined) continue
    const more = failed.length === 1 ? '' : ` (and ${failed.length - 1} more)`
    throw new TanagerError('batch-failed', `job ${job.name}: out of attempts is ${first.id}: ${first.error}${more}`)
  }
}

async function removeKeys(app: BullmqApp, connecting: ConnectOptions): Promise<void> {
  const client = app.client(connecting)
  try {
    await client.reset()
  } finally {
    await client.close({ abandon: true })
  }
}

function refuseHeld(job: Job, inputs: Inputs): void {
  for (const { kind, name } of job.slots.values()) {
    if (kind !== 'store' || inputs[name] === undefined || (inputs[name] as ReadonlyMap<unknown, unknown>).size === 0) continue
    throw new TanagerError('invalid-binding', `Redis cannot begin with what the store ${name} held before`, {
      remedy: `Send it as records, or leave ${name} out, or compare memory and the simulation only.`,
    })
  }
}

async function platform() {
  try {
    return await import('../../platforms/bullmq/index.ts')
  } catch (cause) {
    const missing = /Cannot find (?:package|module) '(bullmq|ioredis)/.exec(messageOf(cause))?.[1]
    if (missing === undefined) throw cause
    throw new TanagerError('missing-package', `Redis needs the package ${missing}, which is not installed`, {
      remedy: 'Type: npm install bullmq ioredis',
      cause,
    })
  }
}
