import { grown } from './states.ts'

/** Which state follows which, and whose claim that serves. States are entered in the order of their numbers. */
export class Graph {
  #begins = new Int32Array(1 << 12)
  #states = 0
  #targets = new Int32Array(1 << 12)
  #claims = new Int32Array(1 << 12)
  #steps = 0

  /** A step from the state that is being entered. */
  step(target: number, claim: number): void {
    if (this.#steps === this.#targets.length) {
      this.#targets = grown(this.#targets)
      this.#claims = grown(this.#claims)
    }
    this.#targets[this.#steps] = target
    this.#claims[this.#steps++] = claim
  }

  /** All steps of that state were entered. */
  close(): void {
    this.#states += 1
    if (this.#states === this.#begins.length) this.#begins = grown(this.#begins)
    this.#begins[this.#states] = this.#steps
  }

  get states(): number {
    return this.#states
  }

  get steps(): number {
    return this.#steps
  }

  /** Where the steps of a state begin; they end where those of the next begin. */
  begin(state: number): number {
    return this.#begins[state] as number
  }

  target(step: number): number {
    return this.#targets[step] as number
  }

  claim(step: number): number {
    return this.#claims[step] as number
  }
}
