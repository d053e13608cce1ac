import { Random } from '../../platforms/simulation/random.ts'

// What is sent follows from the seed alone: a sender that dies needs no journal to send the very same again, and whoever
// checks the result needs nobody to tell what was sent.

export const sources = ['visits', 'orders', 'clicks'] as const
export type Source = (typeof sources)[number]

export interface Event {
  /** No other event has it. */
  readonly id: string
  readonly key: string
  /** Events of one page come from one writer and source, so that their order is known. */
  readonly page: string
  /** From 1 to 9; what is below is refused somewhere on its way. */
  readonly n: number
}

/** What becomes of a record: it counts, or is refused when it is read, by the first step, by one of several branches, or after a join. */
export type Fate = 'good' | 'unreadable' | 'refused' | 'late' | 'joined'

export interface Sent {
  readonly text: string
  readonly fate: Fate
  readonly event: Event
}

/** By its number, which step refuses an event. */
export const refusedAt = { refused: -1, late: 0, joined: -2 } as const satisfies Partial<Record<Fate, number>>

const groups = 'abcdef'
const sequencesOfAPage = 25

/** The batch that a writer sends to a source under a number, from 1. */
export function batchOf(seed: number, source: Source, writer: string, sequence: number): readonly Sent[] {
  const random = new Random(hash(`${seed} ${source} ${writer} ${sequence}`))
  const size = random.chance(0.05) ? 1 + random.below(100) : 1 + random.below(15)
  return Array.from({ length: size }, (_, i) => sent(random, source, writer, sequence, `${source[0]}${writer}.${sequence}.${i}`))
}

function sent(random: Random, source: Source, writer: string, sequence: number, id: string): Sent {
  const fate = fateOf(random, source)
  const event: Event = {
    id,
    // Some keys are much more frequent than others.
    key: `${groups[random.below(groups.length)]}${Math.floor(8 * random.next() * random.next())}`,
    page: `${source}/${writer}/${Math.floor(sequence / sequencesOfAPage)}/${random.below(2)}`,
    n: fate === 'good' || fate === 'unreadable' ? 1 + random.below(9) : refusedAt[fate],
  }
  const text = JSON.stringify(event)
  return { text: fate === 'unreadable' ? text.slice(0, -1) : text, fate, event }
}

function fateOf(random: Random, source: Source): Fate {
  if (!random.chance(0.02)) return 'good'
  return random.pick<Fate>(source === 'clicks' ? ['unreadable', 'refused', 'late'] : ['unreadable', 'refused', 'late', 'joined'])
}

/** What a service answers about a key, if it knows it. */
export const nameOf = (key: string): string | undefined => (Number(key.slice(1)) % 2 === 0 ? `name of ${key}` : undefined)

/** FNV-1a. */
function hash(text: string): number {
  let h = 0x811c9dc5
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193)
  return h >>> 0
}
