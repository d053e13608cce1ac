import { messageOf, TanagerError } from '../../core/error.ts'

const remedies: Readonly<Record<string, string>> = {
  EACCES: 'Give the user who runs this the right to it (chmod, chgrp, or a group of its own), on the file and on each folder above it.',
  EPERM: 'Give the user who runs this the right to it.',
  ENOENT: 'Create it, or mend the path.',
  ENOTDIR: 'Mend the path: a part of it is a file, and no folder.',
  EISDIR: 'Name a file, or the files in the folder: its path and /*.',
  ENOSPC: 'Make room on the disk; nothing is half written.',
  EDQUOT: 'Make room, or raise the quota; nothing is half written.',
  EROFS: 'Choose a folder on a disk that can be written to.',
  EMFILE: 'Raise the number of files that a process may have open (ulimit -n).',
  ELOOP: 'Mend the symbolic link: it leads to itself.',
}

/** What the file system calls the failure: `ENOENT`, say. */
export const errnoOf = (thrown: unknown): string | undefined => (thrown as NodeJS.ErrnoException | undefined)?.code

export const isMissing = (thrown: unknown): boolean => errnoOf(thrown) === 'ENOENT'

/** A failure of the file system, with the path and what can be done about it. */
export function fault(code: 'source' | 'sink', what: string, path: string, cause: unknown): TanagerError {
  if (cause instanceof TanagerError) return cause
  const remedy = remedies[errnoOf(cause) ?? '']
  return new TanagerError(code, `${what} ${path}: ${messageOf(cause)}`, { cause, ...(remedy === undefined ? {} : { remedy }) })
}
