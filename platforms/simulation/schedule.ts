import type { Dice } from './dice.ts'

/**
 * What was drawn in a run, one number after the other. Zero is always the plainest that can happen: the step that was
 * asked for first, nothing going wrong. So the more of a schedule is zero, the less there is to tell of its run.
 */
export type Schedule = readonly number[]

/** Dice that keep what they have shown. */
export class Recorded implements Dice {
  readonly #dice: Dice
  readonly drawn: number[] = []

  constructor(dice: Dice) {
    this.#dice = dice
  }

  below(limit: number): number {
    return this.#kept(this.#dice.below(limit))
  }

  chance(probability: number): boolean {
    return this.#kept(this.#dice.chance(probability) ? 1 : 0) === 1
  }

  pick<T>(from: readonly T[]): T {
    return from[this.below(from.length)] as T
  }

  #kept(shown: number): number {
    this.drawn.push(shown)
    return shown
  }
}

/** Dice that show what a schedule says, and zero after its end. What it says may be more than can be in its place now. */
export class Replayed implements Dice {
  readonly #schedule: Schedule
  #at = 0

  constructor(schedule: Schedule) {
    this.#schedule = schedule
  }

  below(limit: number): number {
    return this.#next() % limit
  }

  chance(probability: number): boolean {
    return this.#next() % 2 === 1 && probability > 0
  }

  pick<T>(from: readonly T[]): T {
    return from[this.below(from.length)] as T
  }

  #next(): number {
    const said = this.#schedule[this.#at] ?? 0
    this.#at += 1
    return said
  }
}
