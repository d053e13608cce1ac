import { setTimeout as sleep } from 'node:timers/promises'
import type { AnySlot } from '../core/slot/slot.ts'
import type { Client } from '../platforms/bullmq/index.ts'
import { loadDeployable, withClient } from './deployment.ts'
import { Failure } from './fault.ts'
import { Feed } from './feed.ts'
import { Interrupt } from './interrupt.ts'
import type { RedisOptions } from './options.ts'
import { note, output } from './output.ts'
import { readingBar } from './progress.ts'
import { recordFile } from './records.ts'
import { type FedSource, sourceOf } from './sources.ts'
import { count, counted } from './text.ts'

/** How long to wait, once we are told to end, for what is on its way, in milliseconds. */
const patience = 1000

export interface SendOptions extends RedisOptions {
  readonly wait?: boolean
  readonly json?: boolean
}

/** Appends the records of a file to a source of a deployed job. */
export async function send(module: string, source: string, path: string, options: SendOptions): Promise<void> {
  const loaded = await loadDeployable(module)
  const slot = sourceOf(loaded.job, source)
  const files = [recordFile(source, path)]
  using interrupt = new Interrupt()
  await withClient(loaded, options, async (client) => {
    const { records, sequence } = await sendAll(client, { slot, files }, interrupt)
    const receipt = { [source]: sequence }
    if (options.wait) await interrupt.before(untilCounted(client, receipt, module))
    // In order, and not abandoned as it would be otherwise: workers are still being told of the last batches.
    await interrupt.before(client.close())
    const text = `${counted(records, 'record')} sent to ${source}${options.wait ? ' and counted' : ''}, receipt ${JSON.stringify(receipt)}`
    await output.write(`${options.json ? JSON.stringify({ source, records, receipt }) : text}\n`)
  })
}

/**
 * Sends a source's records, with a bar, and a word if nothing moves.
 *
 * @returns how many there were, and the number of the last batch
 */
async function sendAll(
  client: Client<AnySlot>,
  source: FedSource,
  interrupt: Interrupt,
): Promise<{ readonly records: number; readonly sequence: number }> {
  const bar = await readingBar('sending', source.files)
  let bytes = 0
  let stuck = false
  const feed = new Feed(client, source, {
    signal: interrupt.signal,
    onStandstill: () => {
      if (!stuck) void sayWhy(client)
      stuck = true
    },
    onAccepted: (accepted) => {
      bytes += accepted
      stuck = false
      bar.update(bytes, feed.accepted)
    },
  })
  const feeding = feed.run()
  try {
    await interrupt.before(feeding)
    return { records: feed.accepted, sequence: feed.sequence }
  } catch (error) {
    await Promise.race([feeding.catch(() => {}), sleep(patience)])
    bar.stop()
    if (feed.handed > 0) note(soFar(feed))
    throw error
  } finally {
    bar.stop()
  }
}

/** What became of records when not all were sent. */
function soFar({ accepted, handed }: Feed): string {
  const known = `${counted(accepted, 'record')} ${accepted === 1 ? 'was' : 'were'} sent and will be counted`
  const rest =
    accepted === handed ? 'the rest were not' : `of the ${count(handed - accepted)} after them some may have been; the rest were not`
  return `not all was sent: ${known}; ${rest}`
}

async function sayWhy(client: Client<AnySlot>): Promise<void> {
  const { workers } = await client.status()
  note(
    workers === 0
      ? 'nothing is accepted any more: the stream is full, and no worker is running'
      : 'nothing is accepted at the moment: the stream is full until the workers have caught up',
  )
}

/** Waits until what the receipt is for is counted. */
async function untilCounted(client: Client<AnySlot>, receipt: Readonly<Record<string, number>>, module: string): Promise<void> {
  let over = false
  const watch = async (): Promise<never> => {
    for (let said = false; ; ) {
      await sleep(1000)
      if (over) return new Promise(() => {})
      const { failed, workers } = await client.status()
      const stuck = failed.find(({ pointer }) => pointer.kind !== 'stage' || pointer.stream in receipt)
      if (stuck !== undefined) {
        const missing = stuck.pointer.kind === 'sink' ? `not all of it is in the sink ${stuck.pointer.sink}` : 'not counted'
        throw new Failure(
          `sent, but ${missing}: the batch ${stuck.id} failed ${counted(stuck.attempts, 'time')}: ${stuck.error}\n` +
            `When that is mended: tanager dead-letters ${module} retry ${stuck.id}`,
        )
      }
      if (workers === 0 && !said) note(`waiting: no worker is running. Start one: tanager worker ${module}`)
      said ||= workers === 0
    }
  }
  try {
    await Promise.race([client.settled({ after: receipt }), watch()])
  } finally {
    over = true
  }
}
