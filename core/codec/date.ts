import { type Codec, cannotEncode, of, refuse } from './codec.ts'

const id = 'date'

/**
 * A `Date`, as the text of `toISOString()`: UTC, milliseconds, nothing left out, so that one time has one text. Invalid
 * dates are refused, and so is every other way to write a time (`2024-01-01`, `+02:00`).
 *
 * ```ts
 * import { codec } from 'tanager'
 * codec.date.encode(new Date(0)) // '1970-01-01T00:00:00.000Z'
 * ```
 */
export const date: Codec<Date> = of<Date>({
  id,
  encode: (value) => textOf(value) ?? fail(value),
  decode: (text) => {
    const value = new Date(text)
    return textOf(value) === text ? value : refuse(id, text, 'a time such as 2024-01-31T12:00:00.000Z')
  },
})

function textOf(value: Date): string | undefined {
  try {
    return Date.prototype.toISOString.call(value)
  } catch {
    return undefined
  }
}

function fail(value: unknown): never {
  throw cannotEncode(id, value, 'a valid Date')
}
