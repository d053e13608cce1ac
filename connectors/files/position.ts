import { TanagerError } from '../../core/error.ts'

/** How far the reading of one file is. */
export interface Place {
  /** Which file it is to the file system: its inode, and when it was made. */
  readonly key: string
  /** Bytes of it that were read, up to the end of a record; of a compressed file, decompressed. */
  readonly offset: number
  /** What the name was, hashed. */
  readonly name: string
  /** What is remembered of the contents that were read. */
  readonly print: string
  /** Of a compressed file: its size on the disk when it was read to its end, and 0 before. Undefined where it is not compressed. */
  readonly compressed: number | undefined
}

/** Text that a reader can be opened at, at most so long. */
const longestPosition = 65_536

const version = 'files1'

export function placeText({ key, offset, name, print, compressed }: Place): string {
  const parts = [key, offset.toString(36), name, print]
  if (compressed !== undefined) parts.push(compressed.toString(36))
  return parts.join('.')
}

export function positionText(places: readonly string[], asked: string): string {
  const text = [version, ...places].join(' ')
  if (text.length <= longestPosition) return text
  throw new TanagerError('source', `${asked}: ${places.length} files that were read lie there, and a position cannot remember as many`, {
    allowed: `as many as fit into ${longestPosition} characters, about 2 300`,
    remedy: 'Move away or delete what has been read, or read them in parts: a source for each.',
  })
}

/** @throws TanagerError `decode` */
export function placesOf(position: string): readonly Place[] {
  const [begin, ...places] = position.split(' ')
  const read = places.map(placeOf)
  if (begin === version && read.every((place) => place !== undefined)) return read
  throw new TanagerError('decode', 'this is no position of files', { value: position, allowed: `${version}, and a place in each file` })
}

function placeOf(text: string): Place | undefined {
  const [key, offset, name, print, compressed, ...more] = text.split('.')
  if (key === undefined || offset === undefined || name === undefined || print === undefined || more.length > 0) return undefined
  const at = Number.parseInt(offset, 36)
  const size = compressed === undefined ? undefined : Number.parseInt(compressed, 36)
  if (!Number.isSafeInteger(at) || at <= 0 || (size !== undefined && !Number.isSafeInteger(size))) return undefined
  return { key, offset: at, name, print, compressed: size }
}
