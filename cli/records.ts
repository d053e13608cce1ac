import { isUtf8 } from 'node:buffer'
import { createReadStream, type Stats, statSync } from 'node:fs'
import { messageOf } from '../core/error.ts'
import { Failure, usage } from './fault.ts'
import { note } from './output.ts'
import { counted } from './text.ts'

/** Where the records of a source come from. */
export interface RecordFile {
  readonly source: string
  /** `-` is stdin. */
  readonly path: string
  /** In bytes; undefined for what has no size before it ends, such as a pipe. */
  readonly size: number | undefined
}

/** @throws TanagerError `usage` if there is no such file */
export function recordFile(source: string, path: string): RecordFile {
  if (path === '-') {
    if (process.stdin.isTTY) note(`reading ${source} from the terminal, a record on each line; Ctrl-D ends it`)
    return { source, path, size: undefined }
  }
  const found = look(source, path)
  if (found.isDirectory()) throw usage(`the file for the source ${source} is a folder`, { value: path, allowed: 'a file, or - for stdin' })
  return { source, path, size: found.isFile() ? found.size : undefined }
}

function look(source: string, path: string): Stats {
  const found = statSync(path, { throwIfNoEntry: false })
  if (found !== undefined) return found
  throw usage(`there is no file ${path} for the source ${source}`, { allowed: 'a file that is there, or - for stdin' })
}

export interface Reading {
  /** Records of which blank lines are none: of every codec but that of plain strings. */
  readonly skipBlank: boolean
  /** Told how much was read, a block at a time. */
  readonly onRead?: (bytes: number, records: number) => void
  readonly signal?: AbortSignal
}

const blockSize = 1 << 20
const longestLine = 1 << 28
const lineFeed = 10

/**
 * The lines of a file, a block at a time and no faster than they are taken, so that any file fits. A line is what
 * stands between line feeds, as `wc`, `sort` and `awk` see it: a carriage return before the line feed is part of it, and
 * a line feed at the very end begins no further line.
 */
export async function* linesOf(
  { path, source }: RecordFile,
  { skipBlank, onRead, signal }: Reading,
): AsyncGenerator<readonly string[], void> {
  const stream = path === '-' ? process.stdin : createReadStream(path, { highWaterMark: blockSize })
  signal?.addEventListener('abort', () => stream.destroy(), { once: true })
  let broken = 0
  const lines = (block: Buffer, bytes: number) => {
    if (!isUtf8(block)) broken += brokenLines(block)
    const all = block.toString('utf8').split('\n')
    const records = skipBlank ? all.filter((line) => line.trim() !== '') : all
    onRead?.(bytes, records.length)
    return records
  }
  let rest: Buffer[] = []
  let restSize = 0
  try {
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      const end = chunk.lastIndexOf(lineFeed)
      if (end === -1) {
        rest.push(chunk)
        restSize += chunk.length
        if (restSize > longestLine)
          throw new Failure(`${nameOf(path)} has a line of more than ${longestLine >> 20} MiB: is it a text file?`)
        continue
      }
      const whole = chunk.subarray(0, end)
      yield lines(rest.length === 0 ? whole : Buffer.concat([...rest, whole]), restSize + end + 1)
      rest = end + 1 < chunk.length ? [chunk.subarray(end + 1)] : []
      restSize = chunk.length - end - 1
    }
  } catch (cause) {
    if (cause instanceof Failure || signal?.aborted) throw cause
    throw new Failure(`cannot read ${nameOf(path)}, for the source ${source}: ${messageOf(cause)}`, { cause })
  }
  if (restSize > 0) yield lines(Buffer.concat(rest), restSize)
  if (broken > 0) note(`${nameOf(path)}: ${counted(broken, 'line')} not in UTF-8; each byte that is none was read as U+FFFD (\ufffd)`)
}

const nameOf = (path: string): string => (path === '-' ? 'stdin' : path)

function brokenLines(block: Buffer): number {
  let broken = 0
  for (let from = 0; from <= block.length; ) {
    const end = block.indexOf(lineFeed, from)
    const to = end === -1 ? block.length : end
    if (!isUtf8(block.subarray(from, to))) broken += 1
    from = to + 1
  }
  return broken
}
