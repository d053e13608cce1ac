import { createHash } from 'node:crypto'
import { resolve } from 'node:path'
import type { Sink, SinkToken } from '../../core/contract/sink.ts'
import { TanagerError } from '../../core/error.ts'
import { type Door, disk } from './door.ts'
import { fault } from './fault.ts'
import { Parts } from './parts.ts'

/** Where to write, and how large files become. */
export interface NdjsonOptions<T> {
  /** The folder that the files are for. It is created if it is not there. */
  readonly folder: string
  /** What the names of files begin with; `part` unless given. Sinks that share a folder and a prefix share files. */
  readonly prefix?: string
  /** When to make a file of what came: after so many bytes (64 Mi), and so many milliseconds after the first (60 000). */
  readonly roll?: { readonly bytes?: number; readonly milliseconds?: number }
  /** An item as the text of one line of JSON; `JSON.stringify` unless given. */
  readonly encode?: (item: T) => string
  /** Told when a file could not be made of what is kept: it is tried again. Nothing, unless given. */
  readonly notice?: (text: string) => void
  /** What stands for the disk, in tests. @internal */
  readonly door?: Door
}

/** A sink of files. */
export interface NdjsonSink<T> extends Sink<T> {
  /** Makes a file of what came since the last, if anything did. */
  readonly flush: () => Promise<void>
}

/**
 * Writes items as lines of JSON, to files that appear when they are whole: whoever reads `*.ndjson` sees each batch that was
 * accepted exactly once, and nothing half written, however often batches come and wherever a process dies. Several processes,
 * and several sinks, may write to one folder of a local disk.
 *
 * A batch that is accepted is on the disk. It is seen once its file is: after `roll.bytes`, after `roll.milliseconds`, or after
 * `flush()`.
 *
 * ```ts
 * import { mkdtempSync, readdirSync } from 'node:fs'
 * import { tmpdir } from 'node:os'
 * import { join } from 'node:path'
 * import { ndjsonFiles } from 'tanager/files'
 *
 * const folder = mkdtempSync(join(tmpdir(), 'orders-'))
 * const sink = ndjsonFiles<{ order: number }>({ folder })
 * const token = { job: 'shop', sink: 'orders', sequence: 1, id: 'a' }
 * await sink.write([{ order: 1 }, { order: 2 }], token)
 * await sink.write([{ order: 1 }, { order: 2 }], token)
 * await sink.flush()
 * console.assert(readdirSync(folder).filter((name) => name.endsWith('.ndjson')).length === 1)
 * ```
 *
 * @throws TanagerError `invalid-option`
 */
export function ndjsonFiles<T>(options: NdjsonOptions<T>): NdjsonSink<T> {
  const { folder, prefix, bytes, milliseconds, encode, notice, door } = settingsOf(options)
  const parts = new Parts(door, folder, prefix)
  let timer: ReturnType<typeof setTimeout> | undefined
  let size: number | undefined
  let rolling: Promise<void> = Promise.resolve()

  const roll = () => {
    clearTimeout(timer)
    timer = undefined
    size = 0
    const next = rolling.catch(() => {}).then(() => parts.roll())
    rolling = next
    return next
  }
  const failed = (cause: unknown) => fault('sink', 'cannot write to', folder, cause)
  const tryToRoll = async () => {
    try {
      await roll()
    } catch (cause) {
      // What was accepted is kept; it is only not seen yet.
      notice(`${failed(cause).message} It is tried again.`)
      wake()
    }
  }
  const wake = () => {
    timer ??= setTimeout(tryToRoll, milliseconds)
    timer.unref()
  }

  return {
    write: async (items, token) => {
      if (items.length === 0) return
      const lines = items.map((item) => lineOf(item, encode)).join('')
      try {
        await parts.land(nameOf(token), lines)
        // What others have left counts too, and what they have begun is finished.
        if (size === undefined) {
          await parts.resume()
          size = await parts.waiting()
        } else size += Buffer.byteLength(lines)
      } catch (cause) {
        throw failed(cause)
      }
      wake()
      if (size >= bytes) await tryToRoll()
    },
    flush: async () => {
      try {
        await door.makeFolder(`${folder}/.${prefix}`)
        await roll()
      } catch (cause) {
        throw failed(cause)
      }
    },
  }
}

/** Sorted as the numbers are, so that a file has its batches in their order. */
function nameOf({ job, sink, sequence, id }: SinkToken): string {
  const hash = createHash('sha256')
    .update(JSON.stringify([job, sink, sequence, id]))
    .digest('hex')
  return `${String(sequence).padStart(16, '0')}-${hash.slice(0, 32)}`
}

function lineOf<T>(item: T, encode: (item: T) => string): string {
  const text = encode(item)
  if (typeof text === 'string' && !text.includes('\n')) return `${text}\n`
  throw new TanagerError('sink', 'an item is no line of JSON', {
    value: text,
    allowed: 'text without a line feed',
    remedy: 'Give ndjsonFiles an encode that writes it.',
  })
}

function settingsOf<T>(options: NdjsonOptions<T>) {
  const invalid = (option: string, value: unknown, allowed: string) =>
    new TanagerError('invalid-option', option, { where: 'ndjsonFiles', value, allowed })
  const known = ['folder', 'prefix', 'roll', 'encode', 'notice', 'door']
  for (const option of Object.keys(options))
    if (!known.includes(option)) throw invalid('there is no such option', option, known.slice(0, -1).join(', '))
  const { folder, prefix = 'part', roll = {}, encode = JSON.stringify as (item: T) => string, notice = () => {}, door = disk } = options
  if (typeof folder !== 'string' || folder === '' || folder.includes('\0')) throw invalid('folder', folder, 'the path of a folder')
  if (typeof prefix !== 'string' || !/^[A-Za-z0-9][\w-]{0,99}$/.test(prefix)) {
    throw invalid('prefix', prefix, 'up to 100 letters, digits, _ and -')
  }
  const { bytes = 1 << 26, milliseconds = 60_000 } = roll
  for (const [option, value, most] of [
    ['roll.bytes', bytes, 2 ** 40],
    ['roll.milliseconds', milliseconds, 2 ** 31 - 1],
  ] as const) {
    if (!Number.isSafeInteger(value) || value < 1 || value > most) throw invalid(option, value, `a whole number from 1 to ${most}`)
  }
  if (typeof encode !== 'function') throw invalid('encode', encode, 'a function')
  return { folder: resolve(folder), prefix, bytes, milliseconds, encode, notice, door }
}
