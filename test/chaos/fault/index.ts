import { clock } from './clock.ts'
import { duplicates } from './duplicates.ts'
import type { Fault } from './fault.ts'
import { flush } from './flush.ts'
import { kill } from './kill.ts'
import { memory } from './memory.ts'
import { clientKill, cutBefore, lostReply, slow } from './network.ts'
import { powerCut } from './power-cut.ts'
import { restart } from './restart.ts'
import { sender } from './sender.ts'
import { term } from './term.ts'
import { zombie } from './zombie.ts'

/** All faults there are, by the names a person picks them by. */
export const faults = {
  kill,
  term,
  zombie,
  sender,
  restart,
  'power-cut': powerCut,
  'cut-before': cutBefore,
  'lost-reply': lostReply,
  slow,
  'client-kill': clientKill,
  memory,
  flush,
  duplicates,
  clock,
} as const satisfies Readonly<Record<string, Fault>>

export type FaultKind = keyof typeof faults
export const faultKinds = Object.keys(faults) as readonly FaultKind[]
