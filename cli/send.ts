import { setTimeout as sleep } from 'node:timers/promises'
import type { AnySlot } from '../core/slot/slot.ts'
import type { Client } from '../platforms/bullmq/index.ts'
import { Failure } from './fault.ts'
import { feed } from './feed.ts'
import type { Interrupt } from './interrupt.ts'
import { note } from './output.ts'
import { progressBar } from './progress.ts'
import { type FedSource, sizeOf } from './sources.ts'
import { counted } from './text.ts'

export interface Sent {
  readonly records: number
  readonly sequence: number
  /** False if we were told to end before the end of the file. */
  readonly whole: boolean
}

/** Sends a source's records, with a bar, and a word if nothing moves. */
export async function sendAll(client: Client<AnySlot>, source: FedSource, interrupt: Interrupt): Promise<Sent> {
  const bar = await progressBar('sending', sizeOf(source.files))
  let bytes = 0
  let records = 0
  let said = false
  const onStandstill = () => {
    if (!said) void sayWhy(client)
    said = true
  }
  const onAccepted = (acceptedBytes: number, acceptedRecords: number) => {
    bytes += acceptedBytes
    records += acceptedRecords
    bar.update(bytes, records)
    said = false
  }
  try {
    const sent = await interrupt.before(feed(client, source, { onAccepted, onStandstill, signal: interrupt.signal }))
    return { ...sent, whole: true }
  } catch (error) {
    if (!interrupt.signal.aborted) throw error
    return { records, sequence: 0, whole: false }
  } finally {
    bar.stop()
  }
}

async function sayWhy(client: Client<AnySlot>): Promise<void> {
  const { workers } = await client.status()
  note(
    workers === 0
      ? 'nothing is accepted any more: the stream is full, and no worker is running. Start one: tanager worker MODULE'
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
      const stuck = failed.find(({ pointer }) => pointer.kind === 'sum' || (pointer.kind === 'stage' && pointer.stream in receipt))
      if (stuck !== undefined) {
        throw new Failure(
          `sent, but not counted: the batch ${stuck.id} failed ${counted(stuck.attempts, 'time')}: ${stuck.error}\n` +
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
