import type { Pointer } from '../../core/engine/log.ts'
import type { Client } from './client.ts'
import type { Dice } from './dice.ts'
import type { Call } from './network.ts'

/** What goes wrong, as probabilities from 0 to 1. */
export interface Faults {
  /** Of each step somebody asks of the log, a service or a sink: that they die with it. The step happens, now or later, or does not. */
  readonly crashes: number
  /** Of each step: that it takes so long that somebody else is given the same work. Of each pointer and batch: that it comes twice. */
  readonly duplicates: number
  /** Of each pointer the scheduler is told of: that it is lost. */
  readonly losses: number
  /** Of each question to a service, and each delivery to a sink, but in the last attempt: that it fails. */
  readonly failures: number
}

/** What befalls a run, asked whenever something may. */
export interface Fate {
  /** Whether whoever waits for this dies of it. */
  readonly dies: (call: Call) => boolean
  /** What becomes of what a dead one has asked for: it happens after so many milliseconds, or never. */
  readonly afterDeath: (call: Call) => number | undefined
  /** For how many milliseconds whoever waits for this stands still, if they do. */
  readonly standsStill: (call: Call) => number | undefined
  /** Whether another takes the place of a worker that has just died, at once; if not, nobody does until it is started. */
  readonly replaces: () => boolean
  /** Whether a service or a sink fails; in the last attempt, the work fails with it for good. */
  readonly fails: (call: Call, last: boolean) => boolean
  /** Whether the scheduler loses what it is told. */
  readonly loses: (pointer: Pointer) => boolean
  /** Whether something comes twice: what the scheduler is told, or what a client has sent. */
  readonly doubles: (what: Pointer | Client) => boolean
  /** After how many milliseconds the work of a dead worker is given to another. */
  readonly findsOut: () => number
}

/** How long at most a slow call takes, and a dead worker's work is kept from others, in milliseconds. */
const slow = 100

/** A fate that is drawn. */
export function drawnFate(dice: Dice, { crashes, duplicates, losses, failures }: Faults): Fate {
  const soon = () => dice.below(slow)
  return {
    dies: () => dice.chance(crashes),
    // What asks for no more than time to pass is gone with who asked; half of the rest is on its way all the same.
    afterDeath: ({ effect }) => (effect === undefined || dice.chance(0.5) ? undefined : soon()),
    standsStill: () => (dice.chance(duplicates) ? soon() : undefined),
    replaces: () => true,
    fails: (_call, last) => !last && dice.chance(failures),
    loses: () => dice.chance(losses),
    doubles: () => dice.chance(duplicates),
    findsOut: soon,
  }
}
