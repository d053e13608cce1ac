import { keysOf } from '../../platforms/bullmq/keys.ts'
import { Random } from '../../platforms/simulation/random.ts'
import { check, type Finding } from './check.ts'
import { type FaultKind, faults } from './fault/index.ts'
import { expectedOf, type Lane } from './fold.ts'
import { chaosJob } from './job.ts'
import { observed } from './observe.ts'
import { type Patience, patienceOf } from './patience.ts'
import type { Report, Struck } from './report.ts'
import { scheduleOf } from './schedule.ts'
import { build, prefix, type Site, type SiteOptions } from './site.ts'
import { oneAtATime } from './world.ts'

export interface ChaosOptions extends SiteOptions {
  /** For how long faults strike. */
  readonly seconds: number
  /** Milliseconds from one fault to the next, about. */
  readonly gap: number
  readonly kinds: readonly FaultKind[]
  /** Aborted when the run is to be called off. */
  readonly signal?: AbortSignal
  /** Told of what happens. */
  readonly say?: (text: string) => void
}

/** How long it may take, in milliseconds, until everything is at work; and, once all is well again, until everything is counted. */
const limits = { begin: 60_000, end: 90_000 }

/** One run, on its way. */
interface Run {
  readonly options: ChaosOptions
  readonly site: Site
  readonly patience: Patience
  readonly say: (text: string) => void
  readonly find: (finding: Finding) => void
}

/** Runs the job under fire, then looks whether everything is there, once. */
export async function chaos({ signal, say = () => {}, ...options }: ChaosOptions): Promise<Report> {
  const started = performance.now()
  const findings: Finding[] = []
  const find = (finding: Finding) => {
    findings.push(finding)
    say(`FINDING, ${finding.kind}: ${finding.what}`)
  }
  const patience = patienceOf(signal)
  await using site = await build(options, find)
  const { senders, watch, client } = site
  const run: Run = { options, site, patience, say, find }

  if (!(await patience.until(() => senders.begun && watch.committed > 0, limits.begin)))
    throw new Error('nothing is sent, or nothing counted')
  const begin = performance.now()
  const struck = await strikes(run, begin)
  say('all is well again; waiting until everything is counted')
  const ends = await sendToTheEnd(run)
  const settled = await settle(run)
  say('comparing every record')
  const expected = expectedOf(options.seed, ends)
  findings.push(...check(expected, await patience.orCalledOff(observed(client, site.outlet)), senders.isDoubtful))
  return {
    options,
    elapsed: performance.now() - started,
    struck,
    events: expected.ids.size + expected.deadLetters.size,
    batches: senders.batches,
    forgotten: senders.forgotten,
    deadLetters: { expected: expected.deadLetters.size, seen: (await client.status()).deadLetters },
    recovered: Object.fromEntries(watch.recovered),
    slowestWait: watch.slowest && { ...watch.slowest, from: watch.slowest.from - begin },
    slowestSend: senders.slowest,
    settled,
    findings,
  }
}

/** Strikes as the seed says, and waits until the last is over. */
async function strikes({ options, site, patience, say, find }: Run, begin: number): Promise<readonly Struck[]> {
  const { seed, seconds, gap, kinds } = options
  const world = { ...site, keys: keysOf(prefix, chaosJob.name).all, alone: oneAtATime(), sleep: patience.sleep, find }
  const struck: Struck[] = []
  const strike = async (kind: FaultKind, own: number) => {
    const from = performance.now() - begin
    const whom = await faults[kind].strike(world, new Random(own), () => site.watch.mark(kind))
    struck.push({ kind, from, until: performance.now() - begin, whom })
    say(`${(from / 1000).toFixed(1).padStart(7)} s  ${kind}: ${whom}`)
  }
  const on: Promise<void>[] = []
  for (const { at, kind, seed: own } of scheduleOf(seed, seconds * 1000, gap, kinds)) {
    await patience.sleep(Math.max(0, begin + at - performance.now()))
    const striking = strike(kind, own)
    // One that fails does so here and now only if nobody waits for it.
    striking.catch(() => {})
    on.push(striking)
  }
  await patience.orCalledOff(Promise.all(on))
  return struck.toSorted((a, b) => a.from - b.from)
}

/** Has all senders send to a common end; answers where that is. */
async function sendToTheEnd({ site, patience, find }: Run): Promise<readonly Lane[]> {
  const { workers, senders } = site
  for (const each of [...workers, ...senders.all]) each.turnClock(0)
  const ends = senders.ends()
  const telling = setInterval(() => senders.tell(ends), 200)
  try {
    if (!(await patience.until(() => senders.finished, limits.end)))
      find({ kind: 'stuck', what: 'some senders cannot send what they have' })
  } finally {
    clearInterval(telling)
  }
  return ends
}

/** Waits until all is counted and delivered; answers how long that took. Whoever needs help for it is a finding. */
async function settle({ site, patience, find }: Run): Promise<number> {
  const { client, watch } = site
  const begin = performance.now()
  const settled = () => patience.orCalledOff(client.settled({ timeout: limits.end }))
  await settled().catch((error) => find({ kind: 'stuck', what: String(error) }))
  if (!(await patience.until(() => watch.idle, limits.end / 3)))
    find({ kind: 'stuck', what: `not everything is delivered: ${watch.behind.join(', ')}` })
  const took = performance.now() - begin
  const { failed } = await patience.orCalledOff(client.status())
  for (const { id, attempts, error } of failed) find({ kind: 'set aside', what: `${id}, after ${attempts} attempts: ${error}` })
  if (failed.length > 0) {
    // The comparison tells more of a job that is through.
    await client.deadLetters.retryFailed()
    await settled().catch(() => {})
  }
  return took
}
