import { setTimeout as sleep } from 'node:timers/promises'
import type { AnySlot } from '../core/slot/slot.ts'
import type { Client } from '../platforms/bullmq/index.ts'
import { Failure } from './fault.ts'
import { Feed } from './feed.ts'
import type { Interrupt } from './interrupt.ts'
import { note } from './output.ts'
import { readingBar } from './progress.ts'
import type { FedSource } from './sources.ts'
import { count, counted } from './text.ts'

/** How long to wait, once we are told to end, for what is on its way, in milliseconds. */
const patience = 1000

/**
 * Sends a source's records, with a bar, and a word if nothing moves.
 *
 * @returns how many there were, and the number of the last batch
 */
export async function sendAll(
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
export async function untilCounted(client: Client<AnySlot>, receipt: Readonly<Record<string, number>>, module: string): Promise<void> {
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
