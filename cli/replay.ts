import type { Job } from '../core/job.ts'
import type { AnySlot } from '../core/slot/slot.ts'
import type { Client } from '../platforms/bullmq/index.ts'
import type { LoggedBatch } from '../platforms/bullmq/log-reader.ts'
import { loadDeployable, servicesOf, withClient } from './deployment.ts'
import { Failure, usage } from './fault.ts'
import type { RedisOptions } from './options.ts'
import { note } from './output.ts'
import { underDebugger } from './replay/debugger.ts'
import { runBatches } from './replay/memory.ts'
import { printReplay } from './replay/printed.ts'
import { gapsIn, type Span, spanOf, spansText } from './replay/spans.ts'
import { sourceOf } from './sources.ts'
import { counted } from './text.ts'

export interface ReplayOptions extends RedisOptions {
  readonly stream?: string
  readonly from?: number
  readonly to?: number
  readonly json?: boolean
  readonly debug?: boolean
}

/** Runs what still waits in a source's stream, in this process, and prints what it comes to. */
export async function replay(module: string, options: ReplayOptions): Promise<void> {
  const { from, to } = options
  if (from !== undefined && to !== undefined && from > to) throw usage('--from is above --to', { value: `--from ${from} --to ${to}` })
  const loaded = await loadDeployable(module)
  const stream = streamOf(loaded.job, options.stream)
  const services = servicesOf(loaded)
  if (options.debug) return underDebugger()
  // All of them at once, and Redis let go of: whoever steps through what comes now may take as long as it takes.
  const batches = await withClient(loaded, options, (client) => waiting(client, stream, options))
  const started = performance.now()
  const replayed = await runBatches(loaded.job, services, { stream, batches })
  const seconds = ((performance.now() - started) / 1000).toFixed(1)
  await printReplay(replayed, options.json ?? false)
  const records = batches.reduce((sum, batch) => sum + batch.records.length, 0)
  const dead = replayed.deadLetters.length
  const what = `${counted(records, 'record')} of ${counted(batches.length, 'batch', 'batches')} of ${stream} (${spansText(batches.map(spanOf))})`
  note(`${what} in ${seconds} s${dead === 0 ? '' : `, ${counted(dead, 'dead letter')}`}; nothing in Redis was changed`)
}

function streamOf(job: Job, asked: string | undefined): string {
  const kind = asked === undefined ? undefined : job.slots.get(asked)?.kind
  const sources = [...job.slots.values()].filter((slot) => slot.kind === 'source').map(({ name }) => name)
  if (asked === undefined) {
    const [only, ...more] = sources
    if (only !== undefined && more.length === 0) return only
    throw usage('--stream is missing, and the job has several sources', { allowed: sources.join(', ') })
  }
  if (kind === 'store') {
    throw usage(`${asked} is a store, whose stream holds changes: they come of its sums, and cannot be run without them`, {
      allowed: sources.join(', '),
      remedy: `tanager run runs records through sums and what comes behind them.`,
    })
  }
  return sourceOf(job, asked).name
}

/** The batches asked for that are still there; says of the others what became of them. */
async function waiting(
  client: Client<AnySlot>,
  stream: string,
  { from, to }: Pick<ReplayOptions, 'from' | 'to'>,
): Promise<readonly LoggedBatch[]> {
  const { streams } = await client.log.progress()
  const { head, watermark } = streams.get(stream) ?? { head: 0, watermark: 0 }
  const asked: Span = { from: from ?? Math.min(watermark + 1, to ?? head), to: to ?? head }
  if (head === 0) throw new Failure(`the source ${stream} has no batches: nothing was ever sent to it`)
  if (asked.from > head) throw new Failure(`the source ${stream} has no batch ${asked.from} yet: the last one is ${head}`)
  const last = Math.min(asked.to, head)
  const batches: LoggedBatch[] = []
  for await (const batch of client.log.batches(stream, asked.from, last)) batches.push(batch)
  if (batches.length === 0) {
    if (from === undefined && to === undefined) throw new Failure(`nothing of ${stream} waits: all batches up to ${head} are committed`)
    const one = asked.from === last
    throw new Failure(
      `nothing is left to replay: ${stream} ${spansText([{ from: asked.from, to: last }])} ${one ? 'is' : 'are'} committed, and gone`,
    )
  }
  const gone = gapsIn({ from: asked.from, to: last }, batches.map(spanOf))
  if (gone.length > 0) note(`left out, for they are committed, and gone: ${stream} ${spansText(gone)}`)
  if (asked.to > head) note(`the last batch of ${stream} is ${head}: there is none up to ${asked.to} yet`)
  return batches
}
