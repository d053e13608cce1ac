import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A folder for one test, gone when it ends. */
export function ownFolder(): { readonly path: string; readonly in: (name: string) => string } & Disposable {
  const path = mkdtempSync(join(tmpdir(), 'tanager-files-'))
  return { path, in: (name) => join(path, name), [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) }
}
