import type { Engine, StagePointer } from './engine.ts'
import type { Attempt, Handler, Outcome } from './scheduler.ts'

/** How many groups of one stream are under way at a time: while the log takes what one has come to, the other is run. */
const atATime = 2

interface Waiting {
  readonly pointer: StagePointer
  readonly attempt: Attempt
  readonly resolve: (outcome: Promise<Outcome> | Outcome) => void
}

/**
 * Group commit, as databases have it: what comes while others of its stream are at work waits for them, and is then run in
 * one go. A step in the log costs about the same for one batch and for several, and what several add to a key is merged
 * before it is written. Nobody waits for company: one that comes while nothing is at work is run at once.
 */
export class Convoy {
  readonly #engine: Engine
  readonly #lanes = new Map<string, { readonly waiting: Waiting[]; underway: number }>()

  constructor(engine: Engine) {
    this.#engine = engine
  }

  readonly handle: Handler = (pointer, attempt) => {
    // What has left a worker without a word is looked at closely, by itself.
    if (pointer.kind !== 'stage' || attempt.deaths > 0 || !this.#engine.joins(pointer)) return this.#engine.handle(pointer, attempt)
    return new Promise((resolve) => {
      this.#laneOf(pointer.stream).waiting.push({ pointer, attempt, resolve })
      this.#start(pointer.stream)
    })
  }

  #laneOf(stream: string) {
    let lane = this.#lanes.get(stream)
    if (lane === undefined) {
      lane = { waiting: [], underway: 0 }
      this.#lanes.set(stream, lane)
    }
    return lane
  }

  #start(stream: string): void {
    const lane = this.#laneOf(stream)
    if (lane.underway === atATime || lane.waiting.length === 0) return
    lane.underway += 1
    void this.#run(lane.waiting.splice(0)).finally(() => {
      lane.underway -= 1
      this.#start(stream)
    })
  }

  async #run(group: readonly Waiting[]): Promise<void> {
    const alone = ({ pointer, attempt }: Waiting) => this.#engine.handle(pointer, attempt)
    const [first] = group as readonly [Waiting]
    if (group.length === 1) {
      const running = alone(first)
      first.resolve(running)
      await running.catch(() => {})
      return
    }
    const outcomes = await this.#engine.handleTogether(group.map(({ pointer }) => pointer)).catch(() => [])
    for (const [i, each] of group.entries()) each.resolve(outcomes[i] ?? alone(each))
  }
}
