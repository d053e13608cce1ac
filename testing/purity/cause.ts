import { type Outcome, sameOutcome } from './outcome.ts'
import { type Choice, moves, type Now, Setting } from './setting.ts'
import type { Depth } from './world.ts'

/** A call to make, and what to show it; nothing but the world as it is, unless a setting is given. */
export interface Call {
  readonly argument: unknown
  readonly setting?: Setting
  readonly depth?: Depth
}

/** Why a function answers otherwise the second time, and what to do about it. */
export interface Cause {
  readonly why: string
  readonly remedy: string
}

/** What was seen before there was a suspicion. */
export interface Suspicion {
  readonly now: Now
  readonly first: Outcome
  readonly second: Outcome
  /** The setting of the second call. */
  readonly choice: Required<Choice>
  /** What the function was given, which it has left as it was. */
  readonly argument: () => unknown
  /** A copy of it, as in the second call. */
  readonly fresh: () => unknown
  /** Whether part of what it was given is of a class, and may have been changed where nobody can see. */
  readonly shares: boolean
}

/** As many dice as are tried, numbered from 1. */
export const seeds = 8

/**
 * Calls the function again under the same clock and dice, under other clocks, under other dice, and concludes why two
 * answers differ: nothing where they did so only because the record was a copy.
 */
export function* causeOf(suspicion: Suspicion): Generator<Call, Cause | undefined, Outcome> {
  const { now, first, second, choice, argument, fresh, shares } = suspicion
  const made = (setting: Setting): Call => ({ argument: argument(), setting, depth: 'imports' })
  const asIt = yield { argument: argument() }
  const still = new Setting(now, { seed: 0 })
  const one = yield made(still)
  const again = new Setting(now, { seed: 0 })
  if (!sameOutcome(one, yield made(again))) return keeps(shares, [first, second, asIt, one])

  const asks: Cause[] = []
  if (still.clock.size > 0) {
    for (const move of startingAt(choice.move, moves.length)) {
      if (sameOutcome(one, yield made(new Setting(now, { move, seed: 0 })))) continue
      asks.push(asksTheClock(still))
      break
    }
  }
  if (still.dice.size > 0) {
    for (const seed of startingAt(choice.seed - 1, seeds)) {
      if (sameOutcome(one, yield made(new Setting(now, { seed: seed + 1 })))) continue
      asks.push(drawsAtRandom(still))
      break
    }
  }
  if (asks.length > 0) return together(asks)
  if (!sameOutcome(asIt, first)) return keeps(shares, [])
  // What is only now and then otherwise would by now be as it was; what is otherwise for a copy, or because Date is not quite itself, is so again.
  const likewise = yield { argument: fresh(), setting: new Setting(now, choice) }
  return sameOutcome(likewise, second) ? undefined : keeps(shares, [])
}

/** What a function has asked for whose answers differ now and then: then that is why. */
export function askedOf(setting: Setting): Cause | undefined {
  const asks = [...(setting.clock.size > 0 ? [asksTheClock(setting)] : []), ...(setting.dice.size > 0 ? [drawsAtRandom(setting)] : [])]
  return asks.length > 0 ? together(asks) : undefined
}

const asksTheClock = ({ clock }: Setting): Cause => ({ why: `asks the clock (${[...clock].join(', ')})`, remedy: askTheRecord })

const drawsAtRandom = ({ dice }: Setting): Cause => ({ why: `draws at random (${[...dice].join(', ')})`, remedy: drawFromTheRecord })

const together = (causes: readonly Cause[]): Cause => ({
  why: `it ${causes.map(({ why }) => why).join(' and ')}`,
  remedy: causes.map(({ remedy }) => remedy).join(' '),
})

const askTheRecord = 'Take the time from the record, or its event time by withTime().'
const drawFromTheRecord = 'Draw from the record: a hash of it, or an id that it comes with.'
export const keepInStores = 'What is to be kept from record to record belongs in a store: keyBy(…).sumByKey(…).'

function keeps(shares: boolean, outcomes: readonly Outcome[]): Cause {
  const other = [...(shares ? ['changes what it is given'] : []), ...(looksDrawn(outcomes) ? ['draws at random'] : [])]
  return { why: ['it keeps something from one call to the next', ...other].join(', or '), remedy: keepInStores }
}

/** Some dice cannot be replaced. Texts of one length, all different, with digits and letters mixed, are hardly counted up. */
function looksDrawn(outcomes: readonly Outcome[]): boolean {
  const tokens = outcomes.map(({ text }) => /(?=[a-z0-9-]*\d)(?=[a-z0-9-]*[a-z])[a-z0-9-]{12,}|0\.\d{9,}/i.exec(text?.() ?? '')?.[0])
  return (
    tokens.length > 0 &&
    tokens.every((token) => token !== undefined) &&
    new Set(tokens.map((token) => token?.slice(0, 6))).size === tokens.length
  )
}

const startingAt = (from: number, length: number): readonly number[] => Array.from({ length }, (_, i) => (from + i) % length)
