import { basename, dirname } from 'node:path'

/** Which files are meant: some in one folder. */
export interface Pattern {
  readonly folder: string
  /** What was asked for, for messages. */
  readonly text: string
  readonly matches: (name: string) => boolean
  /** The one name it can be, if it is a path. */
  readonly only: string | undefined
}

export function onlyThis(path: string): Pattern {
  const only = basename(path)
  return { folder: dirname(path), text: path, only, matches: (name) => name === only }
}

/**
 * `*` is any characters, `?` is one, within one folder. As in a shell, a name that begins with a dot is meant only if the
 * pattern begins with one.
 */
export function globbed(glob: string): Pattern {
  const last = basename(glob)
  const source = last
    .replaceAll(/[\\^$.|+()[\]{}]/g, String.raw`\$&`)
    .replaceAll(/\*+/g, '[^]*')
    .replaceAll('?', '[^]')
  const regexp = new RegExp(`^${source}$`, 'u')
  const dotted = last.startsWith('.')
  return {
    folder: dirname(glob),
    text: glob,
    only: undefined,
    matches: (name) => (dotted || !name.startsWith('.')) && regexp.test(name),
  }
}
