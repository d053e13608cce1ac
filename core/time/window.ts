import { TanagerError } from '../error.ts'

/** When a window begins, in milliseconds since 1970. */
export type Window = number

/** A length of time: milliseconds, or the units to add up. */
export type Duration =
  | number
  | {
      readonly days?: number
      readonly hours?: number
      readonly minutes?: number
      readonly seconds?: number
      readonly milliseconds?: number
    }

/** Which windows an event time falls into. A window is part of the key and never closes, so no record is ever too late for it. */
export interface Windowing {
  readonly label: string
  /** The beginnings of the windows, latest first. */
  readonly windowsOf: (time: number) => readonly Window[]
}

function milliseconds(duration: Duration): number {
  if (typeof duration === 'number') return duration
  const { days = 0, hours = 0, minutes = 0, seconds = 0, milliseconds: ms = 0 } = duration
  return (((days * 24 + hours) * 60 + minutes) * 60 + seconds) * 1000 + ms
}

/** @throws TanagerError `invalid-option` for what is no length of time */
export function positive(what: string, duration: Duration): number {
  const ms = milliseconds(duration)
  if (!Number.isSafeInteger(ms) || ms <= 0) {
    throw new TanagerError('invalid-option', `${what} must be a length of time`, { value: duration, allowed: 'whole milliseconds above 0' })
  }
  return ms
}

/** Windows side by side, aligned to 1970 in UTC: each event time falls into one. */
export function tumbling(size: Duration): Windowing {
  const ms = positive('the size of a tumbling window', size)
  return Object.freeze({ label: `tumbling(${ms} ms)`, windowsOf: (time: number) => [Math.floor(time / ms) * ms] })
}

/** Windows of `size` that begin every `every`: each event time falls into `size / every` of them. */
export function hopping(size: Duration, every: Duration): Windowing {
  const ms = positive('the size of a hopping window', size)
  const hop = positive('the hop of a hopping window', every)
  if (ms % hop !== 0) {
    throw new TanagerError('invalid-option', 'the size of a hopping window must be a whole number of hops', {
      value: { size: ms, every: hop },
    })
  }
  return Object.freeze({
    label: `hopping(${ms} ms every ${hop} ms)`,
    windowsOf: (time: number) => {
      const latest = Math.floor(time / hop) * hop
      return Array.from({ length: ms / hop }, (_, i) => latest - i * hop)
    },
  })
}
