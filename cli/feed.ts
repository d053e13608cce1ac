import { encoded } from '../core/contract/encoded.ts'
import type { AnySlot } from '../core/slot/slot.ts'
import type { Client } from '../platforms/bullmq/index.ts'
import { linesOf } from './records.ts'
import { type FedSource, readingOf } from './sources.ts'

export interface Feeding {
  /** Told of what Redis has taken: bytes of the file, records in them. */
  readonly onAccepted?: (bytes: number, records: number) => void
  /** Called when records have waited for seconds to be taken. */
  readonly onStandstill?: () => void
  readonly signal: AbortSignal
}

/** How many records travel together; the client makes batches of them as its options say. */
const together = 5000
/** How many times so many are under way: some are read while others travel, and nothing piles up. */
const underWay = 4
/** After how many milliseconds nothing moves. */
const standstill = 3000

/**
 * Sends the records of a source's files, as fast as Redis takes them.
 *
 * @returns how many there were, and the number of the last batch, 0 if there was none
 */
export async function feed(
  client: Client<AnySlot>,
  { slot, files }: FedSource,
  { onAccepted, onStandstill, signal }: Feeding,
): Promise<{ readonly records: number; readonly sequence: number }> {
  const sending: Promise<void>[] = []
  let records = 0
  let sequence = 0

  async function send(lines: readonly string[], bytes: number): Promise<void> {
    const warning = setTimeout(() => onStandstill?.(), standstill)
    try {
      const { [slot.name]: last = 0 } = await client.send(slot.name, encoded(lines))
      sequence = Math.max(sequence, last)
      records += lines.length
      onAccepted?.(bytes, lines.length)
    } finally {
      clearTimeout(warning)
    }
  }

  for (const file of files) {
    let read = 0
    const onRead = (bytes: number) => {
      read = bytes
    }
    for await (const block of linesOf(file, { ...readingOf(slot), onRead, signal })) {
      const share = read / block.length
      for (let from = 0; from < block.length && !signal.aborted; from += together) {
        const lines = block.slice(from, from + together)
        const sent = send(lines, share * lines.length)
        // Whoever waits for it below hears of it; until then it is no unhandled rejection.
        sent.catch(() => {})
        sending.push(sent)
        if (sending.length >= underWay) await sending.shift()
      }
      if (signal.aborted) break
    }
  }
  await Promise.all(sending)
  return { records, sequence }
}
