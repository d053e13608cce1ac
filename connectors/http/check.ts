import { TanagerError } from '../../core/error.ts'

/** The error about an option. Without a value where it may be a secret. */
export function invalid(where: string, option: string, value: unknown, allowed: string): TanagerError {
  return new TanagerError('invalid-option', `${where}: ${option}`, { value, allowed })
}

export function count(where: string, option: string, value: unknown, least: number, most: number): number {
  if (Number.isSafeInteger(value) && (value as number) >= least && (value as number) <= most) return value as number
  throw invalid(where, option, value, `a whole number from ${least} to ${most}`)
}

/** Refuses options that nobody knows: a misspelt limit would be none. */
export function mustBeKnown(where: string, options: unknown, known: readonly string[]): void {
  if (typeof options !== 'object' || options === null) throw invalid(where, 'options', options, `an object with ${known.join(', ')}`)
  for (const option of Object.keys(options)) {
    if (!known.includes(option)) throw new TanagerError('invalid-option', `${where} has no option ${option}`, { allowed: known.join(', ') })
  }
}
