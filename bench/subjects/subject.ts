import type { BullmqApp, BullmqOptions } from 'tanager/bullmq'

/** What stores hold, by store and key. */
export type Answer = Readonly<Record<string, ReadonlyMap<string, unknown>>>

/** How what is sent looks; what a subject has no use for it does not look at. */
export interface Shape {
  /** How many keys there are. */
  readonly keys: number
  /** Whether all keys come equally often; they follow Zipf's law unless told. */
  readonly even?: boolean
  /** Characters in a value. */
  readonly length?: number
}

/** Records without end: the same ones in the same order, whenever it is made. */
export interface Supply {
  readonly next: () => string
  /** The next record, as `next` gives it, but of the key with this number. */
  readonly of: (key: number) => string
  /** What stores must hold of all that was given out: noted when it was made, so that nothing that is measured had a hand in it. */
  readonly answer: () => Answer
}

/** A job with records to run it on, and what must come out. */
export interface Subject {
  readonly label: string
  readonly source: string
  readonly supply: (shape: Shape) => Supply
  readonly on: (options: BullmqOptions) => BullmqApp
  readonly inMemory: (records: readonly string[]) => Promise<Answer>
  /** What one would write by hand, if there is such a thing. */
  readonly byHand?: (records: readonly string[]) => Answer
  /** Whether what a store holds is right, where it need not be the same. */
  readonly agrees?: (expected: unknown, found: unknown) => boolean
}

/** A deployment whose slots do not matter: who sends records that it has made for a job need not have them checked. */
export const anyApp = (app: unknown): BullmqApp => app as BullmqApp

/** @throws Error if an answer is not the right one */
export function mustAgree(who: string, found: Answer, right: Answer, agrees: Subject['agrees'] = Object.is): void {
  for (const [store, expected] of Object.entries(right)) {
    const held = found[store] ?? new Map<string, unknown>()
    const wrong = [...expected].filter(([key, value]) => !held.has(key) || !agrees(value, held.get(key)))
    if (wrong.length === 0 && held.size === expected.size) continue
    const [key = '', value] = wrong[0] ?? []
    throw new Error(
      `${who} is wrong about ${store}: ${held.size} keys of ${expected.size}, ${wrong.length} of them wrong; ${key} is ${JSON.stringify(value)}, not ${JSON.stringify(held.get(key))}`,
    )
  }
}
