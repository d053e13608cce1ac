import { setTimeout as sleep } from 'node:timers/promises'
import { type AnySlot, TanagerError } from 'tanager'
import { type BullmqApp, type BullmqOptions, bullmq, type Client } from 'tanager/bullmq'
import { all, contents } from '../platforms/bullmq/deployed.ts'
import type { Outcome, Story } from './story.ts'
import { type Rewrite, type Stop, Wire } from './wire.ts'

export interface Place {
  readonly port: number
  readonly prefix: string
  readonly rewrite?: Rewrite
}

export interface Visit {
  readonly outcome: Outcome
  readonly expected: readonly Outcome[]
  /** Whether the process came to where it was to be stopped. */
  readonly stopped: boolean
  /** How often it sent what, up to there or to its end. */
  readonly sent: ReadonlyMap<string, number>
}

// What a process keeps for itself, such as the gate for batches that kill their workers, is its victim's own: else one that
// stands still would hold up those who are to do its work.
const { bullmq: bullmqOfVictims } = (await import(`${'../../platforms/bullmq/bullmq.ts'}?victims`)) as { readonly bullmq: typeof bullmq }

// Short, so that what a dead worker held is free again soon; not so short that a busy machine makes every worker seem dead.
const quick: BullmqOptions = {
  partitions: 2,
  concurrency: 1,
  batch: { batchRecords: 2 },
  attempts: 4,
  backoff: 1,
  lockDuration: 250,
}

/** Tells a story, stops its victim at one command, recovers as one would, and answers what is there then. */
export async function visit(place: Place, story: Story, stop?: Stop): Promise<Visit> {
  const way = place.rewrite === undefined ? undefined : await Wire.open(place)
  const wire = await Wire.open({ ...place, ...(stop === undefined ? {} : { stop }) })
  const there = { port: way?.port ?? place.port, prefix: place.prefix }
  const app = deploy(story, there)
  const client = app.client()
  const done = () => settled(client, story)
  let ended: Promise<void> | undefined
  try {
    await story.before?.({
      client,
      work: (until = done) => work(app, until),
      die: (name) => die(story, there, { name, nth: 1, mode: 'before' }),
      as: (job, act) => as(deploy({ ...story, job }, there), act),
    })

    const doomed = deploy(story, there, wire)
    ended = story.victim === 'worker' ? work(doomed, () => settled(client, story, () => wire.alive())) : as(doomed, story.victim)
    const stopped = await Promise.race([wire.stopped, ended.then(() => false)])

    if (stopped) await story.again?.(client)
    await story.after?.(client)
    await work(app, async () => {
      await done()
      if (stop?.mode !== 'late') return
      wire.goOn()
      await ended
      await done()
    })
    return {
      outcome: await outcomeOf(client, story),
      expected: await story.expected(),
      stopped,
      sent: wire.sent,
    }
  } finally {
    await wire.close()
    await ended?.catch(() => undefined)
    await client.close({ abandon: true })
    await way?.close()
  }
}

/** The job, for one process: with its own way to Redis, and with outside systems for as long as it may reach them. */
function deploy({ job, services = {}, sinks = {}, options }: Story, { port, prefix }: Place, victim?: Wire): BullmqApp {
  const alive = async () => victim?.alive()
  // A process whose connections are cut is not to come back.
  const redis = { host: '127.0.0.1', port: victim?.port ?? port, retryStrategy: () => null }
  const asked = Object.entries(services).map(([name, ask]) => [name, (key: never) => alive().then(() => ask(key))] as const)
  const given = Object.entries(sinks).map(([name, to]) => [name, to.from(alive)] as const)
  const platform = victim === undefined ? bullmq : bullmqOfVictims
  return platform({ ...quick, reconcileEvery: victim === undefined ? 30 : 60, ...options, redis, prefix })
    .on(job)
    .bind(Object.fromEntries([...asked, ...given]) as never)
}

async function die(story: Story, there: Place, stop: Stop): Promise<void> {
  const wire = await Wire.open({ ...there, stop })
  const dying = work(deploy(story, there, wire), () => wire.stopped.then(() => wire.alive()))
  await Promise.race([wire.stopped, dying])
  await wire.close()
  await dying.catch(() => undefined)
}

async function as(app: BullmqApp, act: (client: Client<AnySlot>) => Promise<unknown>): Promise<void> {
  const client = app.client()
  try {
    await act(client)
    await client.close()
  } catch (error) {
    await client.close({ abandon: true })
    throw error
  }
}

async function work(app: BullmqApp, until: () => Promise<void>): Promise<void> {
  const worker = await app.start()
  try {
    await until()
  } finally {
    await worker.close()
  }
}

/**
 * Waits until everything sent is counted, and every batch of a bound sink delivered.
 *
 * @param alive rejects once whoever waits is dead
 */
async function settled(client: Client<AnySlot>, { patience = 15_000 }: Story, alive: () => Promise<void> = async () => {}): Promise<void> {
  for (const started = Date.now(); ; ) {
    await alive()
    try {
      return await client.settled({ timeout: 0 })
    } catch (error) {
      if (!(error instanceof TanagerError) || error.code !== 'timeout' || Date.now() - started > patience) throw error
    }
    await sleep(15)
  }
}

async function outcomeOf(client: Client<AnySlot>, { job, sinks: bound = {} }: Story): Promise<Outcome> {
  const stores: [string, ReadonlyMap<unknown, unknown>][] = []
  const sinks: [string, readonly unknown[]][] = []
  for (const { kind, name } of job.slots.values()) {
    if (kind === 'store') stores.push([name, await contents(client.store(name).entries())])
    if (kind === 'sink') sinks.push([name, bound[name]?.items ?? (await all(client.sink(name).entries()))])
  }
  return { stores: Object.fromEntries(stores), sinks: Object.fromEntries(sinks), deadLetters: await client.deadLetters.list() }
}
