import type { RecordFile } from './records.ts'
import { count } from './text.ts'

/** How far something is, for a person who waits for it. */
export interface Progress {
  readonly update: (done: number, records: number) => void
  readonly stop: () => void
}

const none: Progress = { update: () => {}, stop: () => {} }

/**
 * A bar on stderr, if that is a terminal.
 *
 * @param total what is to be done, in whatever unit; undefined if nobody knows
 */
export async function progressBar(label: string, total: number | undefined): Promise<Progress> {
  const { stderr } = process
  if (!stderr.isTTY) return none
  const { Presets, SingleBar } = await import('cli-progress')
  const known = total !== undefined && total > 0
  const started = performance.now()
  const payload = (records: number) => {
    const seconds = (performance.now() - started) / 1000
    return { records: count(records), rate: seconds < 0.2 ? '' : `, ${count(Math.round(records / seconds))} a second` }
  }
  const bar = new SingleBar(
    {
      format: known ? `${label} {bar} {percentage}%, {records} records{rate}` : `${label} {records} records{rate}`,
      barsize: Math.max(10, Math.min(40, (stderr.columns ?? 80) - label.length - 50)),
      stream: stderr,
      clearOnComplete: true,
      // A signal is our affair: the default swallows it.
      gracefulExit: false,
      hideCursor: true,
    },
    Presets.shades_classic,
  )
  bar.start(known ? total : 1, 0, payload(0))
  return {
    update: (done, records) => bar.update(known ? Math.min(done, total) : 0, payload(records)),
    stop: () => bar.stop(),
  }
}

/** A bar for the reading of files, in bytes. Where somebody types the records, the terminal is theirs. */
export async function readingBar(label: string, files: readonly RecordFile[]): Promise<Progress> {
  if (process.stdin.isTTY && files.some(({ path }) => path === '-')) return none
  return progressBar(label, sizeOf(files))
}

/** How many bytes there are to read, if that is known. */
function sizeOf(files: readonly RecordFile[]): number | undefined {
  let total = 0
  for (const { size } of files) {
    if (size === undefined) return undefined
    total += size
  }
  return total
}
