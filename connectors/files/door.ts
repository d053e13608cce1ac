import { mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises'

/** What a sink does to the disk, one step each: whoever tests what a crash leaves behind takes their place. */
export interface Door {
  readonly names: (folder: string) => Promise<readonly string[]>
  readonly read: (path: string) => Promise<Buffer>
  readonly size: (path: string) => Promise<number>
  /** Writes a whole file, and waits until it is on the disk. */
  readonly write: (path: string, parts: readonly (string | Buffer)[]) => Promise<void>
  readonly rename: (from: string, to: string) => Promise<void>
  readonly makeFolder: (path: string) => Promise<void>
  readonly remove: (path: string) => Promise<void>
  /** Waits until the names in a folder are on the disk. */
  readonly sync: (folder: string) => Promise<void>
}

export const disk: Door = {
  names: async (folder) => (await readdir(folder)).sort(),
  read: (path) => readFile(path),
  size: async (path) => (await stat(path)).size,
  write: async (path, parts) => {
    const file = await open(path, 'w')
    try {
      for (const part of parts) await file.writeFile(part)
      await file.sync()
    } finally {
      await file.close()
    }
  },
  rename: (from, to) => rename(from, to),
  makeFolder: async (path) => void (await mkdir(path, { recursive: true })),
  remove: (path) => rm(path, { recursive: true, force: true }),
  sync: async (folder) => {
    const opened = await open(folder, 'r')
    try {
      await opened.sync()
    } finally {
      await opened.close()
    }
  },
}
