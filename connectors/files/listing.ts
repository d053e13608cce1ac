import { type BigIntStats, statSync } from 'node:fs'
import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { TanagerError } from '../../core/error.ts'
import { errnoOf, fault, isMissing } from './fault.ts'
import type { Pattern } from './pattern.ts'

/** A file as it lies in its folder. */
export interface Seen {
  readonly name: string
  readonly path: string
  /** Which file it is, whatever its name: its inode, and when it was made. */
  readonly key: string
  readonly inode: bigint
  readonly size: number
  /** When it was written to, and when anything about it changed: in milliseconds since 1970. */
  readonly written: number
  readonly changed: number
}

/** The files that are meant, each once, also if it has several names. */
export async function listed({ folder, only, matches, text }: Pattern): Promise<readonly Seen[]> {
  const own = await deviceOf(folder, text)
  const names = only === undefined ? (await namesIn(folder)).filter(matches) : [only]
  return found(folder, names, own, only !== undefined)
}

/** All files of the folder. */
export async function beside({ folder, text }: Pattern): Promise<readonly Seen[]> {
  return found(folder, await namesIn(folder), await deviceOf(folder, text), false)
}

function seenOf(name: string, path: string, stats: BigIntStats, own: bigint): Seen {
  return {
    name,
    path,
    key: keyOf(stats, own),
    inode: stats.ino,
    size: Number(stats.size),
    written: Number(stats.mtimeNs) / 1e6,
    changed: Number(stats.ctimeNs) / 1e6,
  }
}

/**
 * The inode of a file that is removed is given to the next. So who drops one file after the other into a folder, and each with
 * the same few lines, is told from one who renames a file by when it was made.
 */
function keyOf({ ino, dev, birthtimeNs }: BigIntStats, own: bigint): string {
  const inode = ino.toString(36)
  const made = knowsBirths() && birthtimeNs > 0n ? `~${(birthtimeNs / 1000n).toString(36).slice(-4)}` : ''
  // A link may lead to another disk, where the same number is another file.
  return dev === own ? inode + made : `${inode}${made}-${dev.toString(36)}`
}

let births: boolean | undefined

/** Where the system does not tell when a file was made, it is given as when it was changed, which is of no use. */
function knowsBirths(): boolean {
  births ??= process.platform === 'darwin' || (process.platform === 'linux' && hasNoBirth('/proc/self/stat'))
  return births
}

/** What lies on no disk was never made: a system that says so does not make times up. */
function hasNoBirth(path: string): boolean {
  try {
    return statSync(path, { bigint: true }).birthtimeNs === 0n
  } catch {
    return false
  }
}

async function found(folder: string, names: readonly string[], own: bigint, isMeant: boolean): Promise<readonly Seen[]> {
  const byKey = new Map<string, Seen>()
  for (let from = 0; from < names.length; from += 64) {
    const some = names.slice(from, from + 64)
    const all = await Promise.all(some.map((name) => fileAt(folder, name, own, isMeant)))
    for (const seen of all) if (seen !== undefined && !byKey.has(seen.key)) byKey.set(seen.key, seen)
  }
  return [...byKey.values()]
}

/** Undefined where there is none by now, or a link that leads nowhere. */
async function fileAt(folder: string, name: string, own: bigint, isMeant: boolean): Promise<Seen | undefined> {
  const path = join(folder, name)
  try {
    const stats = await stat(path, { bigint: true })
    if (stats.isFile()) return seenOf(name, path, stats, own)
  } catch (thrown) {
    if (isMissing(thrown)) return undefined
    throw fault('source', 'cannot read', path, thrown)
  }
  if (!isMeant) return undefined
  throw new TanagerError('source', `${path} is no file`, { remedy: 'Name a file, or the files in a folder: glob, its path and /*.' })
}

async function deviceOf(folder: string, text: string): Promise<bigint> {
  try {
    return (await stat(folder, { bigint: true })).dev
  } catch (thrown) {
    const what = isMissing(thrown) ? `${text}: there is no folder` : 'cannot read'
    throw fault('source', what, folder, thrown)
  }
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder)).sort()
  } catch (thrown) {
    throw fault('source', errnoOf(thrown) === 'ENOTDIR' ? 'this is no folder:' : 'cannot list the folder', folder, thrown)
  }
}
