import type { FileHandle } from 'node:fs/promises'
import { createGunzip, type Gunzip } from 'node:zlib'

/** The bytes of a file as they are read on, decompressed if need be. */
export interface Content {
  /** How many bytes came; 0 where there are none, or none yet. */
  readonly read: (into: Buffer, at: number, length: number) => Promise<number>
  readonly close: () => void
}

/** Thrown where compressed bytes end too early, or are no compressed bytes. */
export class Damaged extends Error {
  /** It ends where it should not, as one does that is still being written. */
  readonly isShort: boolean

  constructor(message: string, isShort: boolean) {
    super(message)
    this.isShort = isShort
  }
}

/** No text begins like this: the second byte cannot follow the first in UTF-8. */
export async function isCompressed(file: FileHandle): Promise<boolean> {
  const magic = Buffer.alloc(2)
  const { bytesRead } = await file.read(magic, 0, 2, 0)
  return bytesRead === 2 && magic[0] === 0x1f && magic[1] === 0x8b
}

export function plain(file: FileHandle, from: number): Content {
  let place = from
  return {
    read: async (into, at, length) => {
      const { bytesRead } = await file.read(into, at, length, place)
      place += bytesRead
      return bytesRead
    },
    close: () => {},
  }
}

/** Little, as it may become a thousand times as much. */
const compressedBlock = 1 << 14

/** From the beginning: compressed bytes cannot be read from anywhere else. Several compressed files in one are read as one. */
export function gunzipped(file: FileHandle): Content {
  const gunzip = createGunzip({ chunkSize: 1 << 16 })
  const ready: Buffer[] = []
  let failed: Error | undefined
  let place = 0
  let isOver = false
  gunzip.on('data', (chunk: Buffer) => ready.push(chunk))
  gunzip.on('error', (error) => {
    failed = error
  })

  // What there is comes before the failure: whoever is told that a file is damaged has had all that is not.
  const fill = async () => {
    if (failed !== undefined) throw damagedBy(failed)
    const block = Buffer.allocUnsafe(compressedBlock)
    const { bytesRead } = await file.read(block, 0, block.length, place)
    place += bytesRead
    if (bytesRead > 0) await written(gunzip, block.subarray(0, bytesRead))
    else {
      isOver = true
      await ended(gunzip)
      if (failed !== undefined && ready.length === 0) throw damagedBy(failed)
    }
  }

  return {
    read: async (into, at, length) => {
      while (ready.length === 0) {
        if (isOver) {
          if (failed !== undefined) throw damagedBy(failed)
          return 0
        }
        await fill()
      }
      const first = ready[0] as Buffer
      const count = first.copy(into, at, 0, Math.min(length, first.length))
      if (count === first.length) ready.shift()
      else ready[0] = first.subarray(count)
      return count
    },
    close: () => gunzip.destroy(),
  }
}

const damagedBy = (error: Error): Damaged => new Damaged(error.message, (error as NodeJS.ErrnoException).code === 'Z_BUF_ERROR')

const written = (gunzip: Gunzip, block: Buffer): Promise<void> => settled(gunzip, (done) => gunzip.write(block, done))

const ended = (gunzip: Gunzip): Promise<void> =>
  settled(gunzip, (done) => {
    gunzip.once('end', done)
    gunzip.end()
  })

/** Until it is done, or has failed: what fails does not always say so to who waits. */
const settled = (gunzip: Gunzip, begin: (done: () => void) => void): Promise<void> =>
  new Promise((resolve) => {
    if (gunzip.destroyed) return resolve()
    const done = () => {
      gunzip.off('close', done)
      resolve()
    }
    gunzip.on('close', done)
    begin(done)
  })
