import { TanagerError } from '../../error.ts'
import { addAll, type Expansion, type Partials, settled } from './expansion.ts'

// Everything is weighed as of the begin of its era, 64 half-lives long: a value that came q half-lives into it counts
// 2^q times. So what is merged is never scaled again, and never rounded, which is what makes merging exactly associative. Of
// what came before the last era nothing is kept: it has lost all but 2^-64, which a double would not show. No number
// grows beyond 2^64 times what was added, however long a job runs.
const eraLength = 64

/** Of the last era in which something came, and of the one before. */
export type Eras = readonly [latest: Expansion, before: Expansion]

/** Values that fade: what is left of one after a half-life is half of it. */
export interface Decayed {
  /** What is left of all, at this time. */
  readonly value: number
  /** The latest time at which something was added. */
  readonly time: number
  readonly halfLife: number
}

/** What is left of a decayed value at another time. */
export function valueAt({ value, time, halfLife }: Decayed, at: number): number {
  return value * 2 ** ((time - at) / halfLife)
}

export function checkedHalfLife(where: string, halfLife: number): number {
  if (Number.isFinite(halfLife) && halfLife > 0) return halfLife
  throw new TanagerError('invalid-option', 'a half-life is a length of time', {
    where,
    value: halfLife,
    allowed: 'a finite number above 0',
  })
}

/** Which half-life a time is in, and how far into it, from 0 to 1. */
function halfLivesTo(time: number, halfLife: number): readonly [whole: number, rest: number] {
  // The remainder is exact, a quotient of a large time would not be.
  const rest = time % halfLife
  const whole = Math.round((time - rest) / halfLife)
  return rest < 0 ? [whole - 1, (rest + halfLife) / halfLife] : [whole, rest / halfLife]
}

export function eraOf(time: number, halfLife: number): number {
  return Math.floor(halfLivesTo(time, halfLife)[0] / eraLength)
}

/** A value weighed as of the begin of its era. */
export function weighed(value: number, time: number, halfLife: number): Expansion {
  const [whole, rest] = halfLivesTo(time, halfLife)
  const weight = value * 2 ** rest * 2 ** (whole - eraLength * Math.floor(whole / eraLength))
  return weight === 0 ? [] : [weight]
}

/** What `eras` hold at a time in the latest of them. */
export function faded([latest, before]: Eras, time: number, halfLife: number): number {
  const [whole, rest] = halfLivesTo(time, halfLife)
  const age = whole - eraLength * Math.floor(whole / eraLength) + rest
  return ((latest[0] ?? 0) + (before[0] ?? 0) * 2 ** -eraLength) * 2 ** -age
}

/** What is added up of two eras, while later ones may still come. */
export class Adding {
  era: number
  #latest: Partials = []
  #before: Partials = []

  constructor(era: number) {
    this.era = era
  }

  add(era: number, [latest, before]: Eras): void {
    if (era > this.era) {
      this.#before = era === this.era + 1 ? this.#latest : []
      this.#latest = []
      this.era = era
    }
    const behind = this.era - era
    if (behind === 0) {
      addAll(this.#latest, latest)
      addAll(this.#before, before)
    } else if (behind === 1) addAll(this.#before, latest)
  }

  get eras(): Eras {
    return [settled(this.#latest), settled(this.#before)]
  }
}
