import { isWellFormed } from '../../core/codec/wellformed.ts'
import { TanagerError } from '../../core/error.ts'

/** What AMQP calls a short string: at most 255 bytes. */
export const isShort = (text: unknown): text is string => typeof text === 'string' && isWellFormed(text) && Buffer.byteLength(text) <= 255

export const invalid = (option: string, value: unknown, allowed: string): TanagerError =>
  new TanagerError('invalid-option', `RabbitMQ: ${option}${value === undefined ? ' is missing' : ''}`, { value, allowed })

export const shortText = 'text of at most 255 bytes'

/**
 * Refuses what is no name of a queue or an exchange. Line breaks are left out by the broker, but only where it makes one:
 * what was made would never be found.
 */
export function mustBeName(option: string, value: unknown): void {
  if (!isShort(value) || value === '' || /[\r\n]/.test(value)) throw invalid(option, value, `${shortText}, not empty, without line breaks`)
}

export function mustBeCount(option: string, value: unknown, least: number, most: number): void {
  if (typeof value !== 'number' || !Number.isInteger(value) || value < least || value > most) {
    throw invalid(option, value, `a whole number from ${least} to ${most}`)
  }
}

/** Refuses options that nobody knows: a misspelt one would be missed. */
export function mustBeKnown(what: string, options: unknown, known: readonly string[]): void {
  if (typeof options !== 'object' || options === null)
    throw new TanagerError('invalid-option', `${what} takes options`, { value: options, allowed: `an object with ${known.join(', ')}` })
  for (const option of Object.keys(options)) {
    if (!known.includes(option)) throw new TanagerError('invalid-option', `${what} has no option ${option}`, { allowed: known.join(', ') })
  }
}
