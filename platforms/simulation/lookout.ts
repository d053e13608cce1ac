import type { Progress } from '../../core/engine/log.ts'
import type { Alarm, AlarmState, Declared } from '../../core/engine/outputs/alarm.ts'
import { lookAt, type Memory, stateOf } from '../../core/engine/outputs/look.ts'
import { everyOf } from '../../core/engine/outputs/monitor.ts'

interface LookoutParts {
  readonly job: string
  readonly declared: readonly Declared[]
  readonly progress: () => Progress
  /** Told of each alarm, when it begins and when it is over. */
  readonly tell: (alarm: Alarm) => void
}

/**
 * Looks at what is written as the workers of a deployment do: as often, and with the same eyes. Who of them looks, and
 * whether that one dies of it, is of no account here.
 */
export class Lookout {
  readonly #parts: LookoutParts
  readonly #every: number
  #memory: Memory | undefined
  #next = 0

  constructor(parts: LookoutParts) {
    this.#parts = parts
    this.#every = everyOf(parts.declared)
  }

  /** When it looks next; never, where nothing is expected. */
  get next(): number {
    return this.#parts.declared.length === 0 ? Number.POSITIVE_INFINITY : this.#next
  }

  look(now: number): void {
    const { job, declared, progress, tell } = this.#parts
    const { memory, told } = lookAt(job, declared, this.#memory, progress(), now)
    this.#memory = memory
    this.#next = now + this.#every
    for (const alarm of told) tell(alarm)
  }

  /** Whoever has just come looks at once. */
  wake(now: number): void {
    this.#next = now
  }

  get state(): AlarmState {
    return stateOf(this.#memory)
  }
}
