import { encoded } from '../core/contract/encoded.ts'
import type { AnySlot } from '../core/slot/slot.ts'
import type { Client } from '../platforms/bullmq/index.ts'
import { linesOf } from './records.ts'
import { type FedSource, readingOf } from './sources.ts'

export interface Feeding {
  /** Told of every block that Redis has taken: bytes of the file, records in it. */
  readonly onAccepted?: (bytes: number, records: number) => void
  /** Called when a block has waited for seconds to be taken. */
  readonly onStandstill?: () => void
  readonly signal: AbortSignal
}

/** How many blocks are under way at a time: one is read while another travels, and nothing piles up. */
const underWay = 3
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
  for (const file of files) {
    let read = 0
    const onRead = (bytes: number) => {
      read = bytes
    }
    for await (const lines of linesOf(file, { ...readingOf(slot), onRead, signal })) {
      const bytes = read
      const warning = setTimeout(() => onStandstill?.(), standstill)
      const sent = client
        .send(slot.name, encoded(lines))
        .then(({ [slot.name]: last = 0 }) => {
          sequence = Math.max(sequence, last)
          records += lines.length
          onAccepted?.(bytes, lines.length)
        })
        .finally(() => clearTimeout(warning))
      // Whoever waits for it below hears of it; until then it is no unhandled rejection.
      sent.catch(() => {})
      sending.push(sent)
      if (sending.length >= underWay) await sending.shift()
      if (signal.aborted) break
    }
  }
  await Promise.all(sending)
  return { records, sequence }
}
