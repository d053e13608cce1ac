import { randomUUID } from 'node:crypto'
import { link, readdir, readFile, stat, unlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Sink } from 'tanager'

// A system outside: a folder with one file for each batch, named by its token. It survives whatever becomes of Redis.

export interface Delivered {
  /** The token's. */
  readonly id: string
  /** When it came first, in milliseconds since 1970. */
  readonly at: number
  readonly items: readonly string[]
}

const suffix = '.json'
const clash = 'clash '

/** Writes each token once: what a good sink does. Should a batch come again with other items it keeps those apart, for the check. */
export function outletSink(folder: string): Sink<string> {
  return {
    write: async (items, { id }) => {
      const text = JSON.stringify(items)
      const draft = join(folder, randomUUID())
      const file = join(folder, encodeURIComponent(id) + suffix)
      // Whoever is killed while writing leaves a draft, never half a file.
      await writeFile(draft, text)
      try {
        await link(draft, file)
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
        if ((await readFile(file, 'utf8')) !== text)
          await writeFile(join(folder, `${clash}${encodeURIComponent(id)} ${randomUUID()}`), text)
      }
      await unlink(draft)
    },
  }
}

export async function deliveredTo(folder: string): Promise<{ readonly outlet: readonly Delivered[]; readonly clashes: readonly string[] }> {
  const names = await readdir(folder)
  const outlet = names
    .filter((name) => name.endsWith(suffix))
    .map(async (name) => ({
      id: decodeURIComponent(name.slice(0, -suffix.length)),
      at: (await stat(join(folder, name))).mtimeMs,
      items: JSON.parse(await readFile(join(folder, name), 'utf8')) as readonly string[],
    }))
  const clashes = names
    .filter((name) => name.startsWith(clash))
    .map(
      async (name) =>
        `the outlet was given batch ${name.split(' ')[1]} with other items than before: ${await readFile(join(folder, name), 'utf8')}`,
    )
  return { outlet: await Promise.all(outlet), clashes: await Promise.all(clashes) }
}
