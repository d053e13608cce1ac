import { TanagerError } from '../../error.ts'
import type { SourceReader } from '../source-reader.ts'

/** Whatever was bound, as a reader. */
export function asReader(name: string, binding: unknown): SourceReader {
  const given = (typeof binding === 'object' ? binding : undefined) as Partial<SourceReader> | null | undefined
  if (given != null && typeof given.open === 'function' && (given.resumes === 'position' || given.resumes === 'acknowledgement')) {
    return given as SourceReader
  }
  throw new TanagerError('invalid-binding', `the source ${name} is bound to something that cannot be read`, {
    value: binding,
    allowed: 'a SourceReader, such as files({ path }); leave it out to send records with a client',
  })
}
