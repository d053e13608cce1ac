import { Random } from '../../platforms/simulation/random.ts'
import type { FaultKind } from './fault/index.ts'

/** A fault that is going to happen: when, in milliseconds from the start, which, and the seed of all it draws. */
export interface Scheduled {
  readonly at: number
  readonly kind: FaultKind
  readonly seed: number
}

/** Faults of these kinds for so long, about one every `gap` milliseconds; every kind as often as every other. */
export function scheduleOf(seed: number, milliseconds: number, gap: number, kinds: readonly FaultKind[]): readonly Scheduled[] {
  const random = new Random(seed)
  const schedule: Scheduled[] = []
  let bag: FaultKind[] = []
  for (let at = 0; at < milliseconds; at += gap * (0.5 + random.next())) {
    if (bag.length === 0) bag = [...kinds]
    const [kind] = bag.splice(random.below(bag.length), 1) as [FaultKind]
    schedule.push({ at: Math.round(at), kind, seed: random.below(2 ** 31) })
  }
  return schedule
}
