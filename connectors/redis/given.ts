import { isWellFormed } from '../../core/codec/wellformed.ts'
import { TanagerError } from '../../core/error.ts'

export const invalid = (what: string, option: string, value: unknown, allowed: string): TanagerError =>
  new TanagerError('invalid-option', `${what}: ${option}`, { value, allowed })

/** Refuses options that nobody knows: a misspelt one would be missed. */
export function mustBeKnown(what: string, options: unknown, known: readonly string[]): void {
  if (typeof options !== 'object' || options === null) throw invalid(what, 'options', options, `an object with ${known.join(', ')}`)
  for (const option of Object.keys(options)) {
    if (!known.includes(option)) throw new TanagerError('invalid-option', `${what} has no option ${option}`, { allowed: known.join(', ') })
  }
}

export function mustBeText(what: string, option: string, value: unknown): void {
  if (typeof value !== 'string' || value === '' || !isWellFormed(value)) {
    throw invalid(what, option, value, 'text, not empty, without lone surrogates')
  }
}

export function mustBeCount(what: string, option: string, value: unknown, least: number, most: number): void {
  if (typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most) return
  throw invalid(what, option, value, `a whole number from ${least} to ${most}`)
}

/** A name as it is, if it is harmless; in quotes otherwise. */
export const shownName = (name: string): string => (/^[\w.:/{}@-]{1,80}$/.test(name) ? name : JSON.stringify(name.slice(0, 80)))
