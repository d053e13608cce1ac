import type { Taken } from '../../core/engine/log.ts'

/** What the script `append` answers. */
export function takenOf([status, ...rest]: readonly [string, ...(readonly unknown[])]): Taken {
  switch (status) {
    case 'appended':
    case 'repeated':
      return { status, sequence: rest[0] as number }
    case 'gap':
      return { status, last: rest[0] as number }
    case 'elsewhere':
      return { status, position: (rest[0] ?? undefined) as string | undefined }
    case 'known':
      return { status, known: rest as readonly number[] }
    default:
      return { status: 'full' }
  }
}
