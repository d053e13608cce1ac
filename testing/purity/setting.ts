import { randomFrom } from '../laws/merge-tree.ts'

const minute = 60_000
const hour = 60 * minute
const day = 24 * hour

/** Years, months, days, days of the week, hours, minutes, seconds and milliseconds off, all of them. */
const away = (days: number, hours: number, minutes: number) => days * day + hours * hour + minutes * minute + 11_013

/**
 * How far to move the clock: to the other half of the day, to a weekend, ahead and back, a year and a decade, so that
 * functions that ask but coarsely (is it a weekend, has it run out) are found after a few records.
 */
export const moves: readonly number[] = Object.freeze([
  away(400, 5, 7),
  -away(403, 9, 19),
  away(4054, 13, 23),
  -away(4058, 3, 41),
  away(767, 17, 31),
  -away(766, 11, 3),
])

// As it was before anything was replaced, since it is asked from within.
const elapsed = performance.now.bind(performance)

/** Which clock and which dice a function is to be shown. */
export interface Choice {
  /** Which of the moves; none of them unless given: the hour it was when the trial began. */
  readonly move?: number
  readonly seed: number
}

/** Where the clocks stood when a trial began. */
export interface Now {
  readonly wall: number
  readonly monotonic: number
}

/** A clock and dice of our own, and who asked for them. Made anew for each call, it tells every call the same. */
export class Setting {
  /** By which names it was asked. */
  readonly clock = new Set<string>()
  readonly dice = new Set<string>()
  readonly #now: Now
  readonly #since: number
  readonly #offset: number
  readonly #draw: () => number
  readonly #low: boolean
  #reads = 0
  #draws = 0

  constructor(now: Now, { move, seed }: Choice) {
    this.#now = now
    this.#since = elapsed()
    this.#offset = move === undefined ? 0 : (moves[move % moves.length] as number)
    this.#draw = randomFrom(seed)
    this.#low = seed % 2 === 0
  }

  /** Milliseconds since 1970. */
  wall(name: string): number {
    this.clock.add(name)
    return Math.floor(this.#now.wall) + this.#offset + this.#passed()
  }

  monotonic(name: string): number {
    this.clock.add(name)
    return this.#now.monotonic + this.#offset + this.#passed()
  }

  random(name: string): number {
    this.dice.add(name)
    this.#draws += 1
    const drawn = this.#draw()
    // First an extreme, so that who draws one in a hundred is found soon; later not, or who draws again would draw for ever.
    if (this.#draws > 1) return drawn
    return this.#low ? drawn * 1e-4 : 1 - drawn * 1e-4 - 1e-6
  }

  fill(name: string, bytes: Uint8Array): void {
    for (let i = 0; i < bytes.length; i++) bytes[i] = Math.floor(this.random(name) * 256)
  }

  /** A millisecond each time it is asked, so that who waits for a time to come is not kept waiting; or what has really passed, roughly, so that it is the same again. */
  #passed(): number {
    const real = elapsed() - this.#since
    return Math.max(this.#reads++, real - (real % 100))
  }
}
