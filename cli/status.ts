import { setTimeout as sleep } from 'node:timers/promises'
import type { Pointer } from '../core/engine/log.ts'
import type { Plan } from '../core/plan/plan.ts'
import type { AnySlot } from '../core/slot/slot.ts'
import type { Client, FailedBatch, Status } from '../platforms/bullmq/index.ts'
import { alarmLines, showAlarms } from './alarms.ts'
import { loadDeployable, withClient } from './deployment.ts'
import { Quiet } from './fault.ts'
import { Interrupt } from './interrupt.ts'
import type { RedisOptions } from './options.ts'
import { byCodePoint } from './order.ts'
import { output } from './output.ts'
import { drawn, heading } from './results.ts'
import { Screen } from './screen.ts'
import { type Column, table } from './table.ts'
import { age, count, counted, cut, visible } from './text.ts'

export interface StatusOptions extends RedisOptions {
  readonly watch?: boolean
  readonly alarms?: boolean
  readonly json?: boolean
}

/** One look at a job. */
interface Look {
  /** The module, as it was named. */
  readonly module: string
  readonly plan: Plan
  readonly status: Status
  /** Records a second of each stream, and rows of each output, since the look before. */
  readonly rates: ReadonlyMap<string, number> | undefined
}

const interval = 1000

export async function showStatus(module: string, options: StatusOptions): Promise<void> {
  const loaded = await loadDeployable(module)
  await withClient(loaded, options, async (client, app) => {
    const { plan } = app
    const json = options.json ?? false
    if (options.alarms) await showAlarms(client, app, json)
    else if (options.watch) await watch(client, { module, plan }, json)
    else await output.lines((json ? jsonLines : textLines)({ module, plan, status: await client.status(), rates: undefined }))
  })
}

/** A look a second, each in the place of the one before if this is a terminal, until somebody has seen enough. */
async function watch(client: Client<AnySlot>, { module, plan }: Pick<Look, 'module' | 'plan'>, json: boolean) {
  const lines = json ? jsonLines : textLines
  using interrupt = new Interrupt()
  using screen = json ? undefined : new Screen()
  const show = (page: readonly string[]) => (screen === undefined ? output.lines(page) : screen.show(page))
  let before: Status | undefined
  let seen = performance.now()
  while (!interrupt.signal.aborted) {
    const status = await interrupt.before(client.status()).catch((error: unknown) => {
      if (error instanceof Quiet) return undefined
      throw error
    })
    if (status === undefined) return
    const now = performance.now()
    const rates = before === undefined ? undefined : ratesOf(before, status, (now - seen) / 1000)
    before = status
    seen = now
    await show([...lines({ module, plan, status, rates })])
    await sleep(interval, undefined, { signal: interrupt.signal }).catch(() => {})
  }
}

function ratesOf(before: Status, after: Status, seconds: number): ReadonlyMap<string, number> {
  const rate = (now: number, then = 0) => Math.max(0, now - then) / seconds
  return new Map([
    ...[...after.streams].map(([name, { records }]) => [name, rate(records, before.streams.get(name)?.records)] as const),
    // A store's stream has the name of the store, and is shown with the streams.
    ...[...after.outputs].map(([name, { rows }]) => [outputNamed(name), rate(rows, before.outputs.get(name)?.rows)] as const),
  ])
}

/** The rates of outputs beside those of streams: two may have one name. */
const outputNamed = (name: string) => `output ${name}`

function* jsonLines({ plan, status }: Look): Generator<string, void> {
  const { streams, stores, sinks, outputs, deadLetters, workers, failed, alarms } = status
  for (const [stream, { head, watermark, backlog }] of byKey(streams)) {
    yield JSON.stringify({ stream, head, watermark, backlog, failed: failedOf(failed, 'stage', stream) })
  }
  for (const [store, partitions] of byKey(stores)) {
    yield JSON.stringify({ store, pending: total(partitions, 'pending'), keys: total(partitions, 'keys'), ...outputs.get(store) })
  }
  for (const [sink, { head, watermark, backlog }] of byKey(sinks)) {
    yield JSON.stringify({ sink, head, watermark, backlog, failed: failedOf(failed, 'sink', sink), ...outputs.get(sink) })
  }
  for (const { id, error, attempts } of failed) yield JSON.stringify({ failedBatch: { id, attempts, error } })
  for (const alarm of alarms.standing) yield JSON.stringify({ alarm })
  yield JSON.stringify({ job: plan.job, deadLetters, workers })
}

function* textLines({ module, plan, status, rates }: Look): Generator<string, void> {
  const { streams, stores, sinks, outputs, deadLetters, workers, failed, alarms } = status
  const { paint } = output
  yield heading(plan.job, `${workers === 0 ? 'no worker' : counted(workers, 'worker')}, ${counted(deadLetters, 'dead letter')}`)
  yield ''
  const rated = rates === undefined ? [] : [number('a second')]
  const written = [number('rows'), number('last write'), ...rated]
  const writtenTo = (name: string) => {
    const { rows = 0, lastWrite } = outputs.get(name) ?? {}
    const rate = rates === undefined ? [] : [count(Math.round(rates.get(outputNamed(name)) ?? 0))]
    return [count(rows), lastWrite === undefined ? 'never' : age(Date.now() - lastWrite), ...rate]
  }
  yield* section(
    [{ head: 'stream' }, number('head'), number('watermark'), number('backlog'), number('failed'), number('records'), ...rated],
    [...streams].map(([name, { head, watermark, backlog, records }]) => [
      name,
      ...[head, watermark, backlog, failedOf(failed, 'stage', name), records].map(count),
      ...(rates === undefined ? [] : [count(Math.round(rates.get(name) ?? 0))]),
    ]),
  )
  yield* section(
    [{ head: 'store' }, number('pending'), number('keys'), ...written],
    [...stores].map(([name, partitions]) => [
      name,
      count(total(partitions, 'pending')),
      count(total(partitions, 'keys')),
      ...writtenTo(name),
    ]),
  )
  yield* section(
    [{ head: 'sink' }, number('head'), number('watermark'), number('backlog'), number('failed'), ...written],
    [...sinks].map(([name, { head, watermark, backlog }]) => [
      name,
      ...[head, watermark, backlog, failedOf(failed, 'sink', name)].map(count),
      ...writtenTo(name),
    ]),
  )
  const width = output.columns ?? Number.POSITIVE_INFINITY
  for (const line of alarmLines(alarms)) yield cut(line, width)
  for (const { id, error, attempts } of failed.slice(0, shownBatches)) {
    yield cut(`${paint.red(`batch ${id} failed ${counted(attempts, 'time')}`)}: ${visible(error)}`, width)
  }
  if (failed.length > shownBatches) yield `… and ${counted(failed.length - shownBatches, 'batch', 'batches')} more`
  yield* replayHint(module, plan, failed)
  if (failed.length > 0) yield `When that is mended: tanager dead-letters ${module} retry`
  if (deadLetters > 0) yield `What is dead, and why: tanager dead-letters ${module} list`
}

const byKey = <A>(map: ReadonlyMap<string, A>) => [...map].sort(([a], [b]) => byCodePoint(a, b))

const shownBatches = 5

function* section(columns: readonly Column[], rows: readonly (readonly string[])[]): Generator<string, void> {
  if (rows.length === 0) return
  yield* drawn(table(columns, rows, output.columns))
  yield ''
}

const number = (head: string): Column => ({ head, right: true })

const total = <F extends string>(partitions: readonly { readonly [_ in F]: number }[], field: F): number =>
  partitions.reduce((sum, partition) => sum + partition[field], 0)

/** What was sent can be run again here; what a store has passed on depends on what the store held. */
function* replayHint(module: string, plan: Plan, failed: readonly FailedBatch[]): Generator<string, void> {
  const isSent = (name: string) => plan.streams.some((stream) => stream.name === name && stream.from === 'source')
  const pointer = failed.map((batch) => batch.pointer).find((each) => each.kind === 'stage' && isSent(each.stream))
  if (pointer?.kind !== 'stage') return
  const { stream, sequence } = pointer
  yield `To run one here, and change nothing: tanager replay ${module} --stream ${stream} --from ${sequence} --to ${sequence}`
}

const failedOf = (failed: readonly FailedBatch[], kind: 'stage' | 'sink', name: string): number =>
  failed.filter(({ pointer }) => pointer.kind === kind && nameOf(pointer) === name).length

function nameOf(pointer: Pointer): string {
  switch (pointer.kind) {
    case 'stage':
      return pointer.stream
    case 'sum':
      return pointer.store
    case 'sink':
      return pointer.sink
  }
}
