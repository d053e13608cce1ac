import { constants } from 'node:fs'
import { access } from 'node:fs/promises'
import { delimiter, join } from 'node:path'

/** Whether there is a program at a path. */
export const isProgram = (path: string): Promise<boolean> =>
  access(path, constants.X_OK).then(
    () => true,
    () => false,
  )

export const foldersOnPath = (): readonly string[] => (process.env.PATH ?? '').split(delimiter).filter((folder) => folder !== '')

/** The first program of that name on the PATH, or in folders that are not there but may have it. */
export async function onPath(name: string, ...more: readonly string[]): Promise<string | undefined> {
  for (const folder of [...foldersOnPath(), ...more]) {
    const path = join(folder, name)
    if (await isProgram(path)) return path
  }
  return undefined
}
