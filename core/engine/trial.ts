import { TanagerError } from '../error.ts'
import type { Gate } from './gate.ts'
import type { Log } from './log.ts'

// A worker that dies cannot say of what. So before a suspect is tried it is written down which part of it is tried next, and
// who finds such a note knows where the one before has died. Parts are the root of the whole in size, then single ones:
// a few deaths find one among thousands, and a note for every single one from the start would cost more than they do.

/** How often work has to leave its worker without a word before it is suspected of having killed it. */
export const suspicious = 2

/** How often one has to die of the same: whoever ends processes from outside, or holds them up, may hit an innocent once, even twice. */
const certain = 3

/** How far a trial is. */
interface Note {
  /** Those before do no harm, but for the guilty. */
  readonly from: number
  /** How many are tried at once, from there on. */
  readonly size: number
  /** Up to where they are tried one by one: a part in which somebody has died. */
  readonly closely: number
  /** How many have died of what is tried now, if that is a single one, or all together. */
  readonly deaths: number
  readonly guilty: readonly number[]
  /** Whether somebody is at it: found like this, they have died of it. */
  readonly trying: boolean
}

export interface Suspect<A> {
  /** What notes about it are called. */
  readonly name: string
  /** What people call it. */
  readonly what: string
  /** How many parts it has. */
  readonly size: number
  /** Does what is to be done with the parts from one to before another, without effect. */
  readonly attempt: (from: number, to: number) => Promise<unknown>
  /** Does it with all but the guilty. */
  readonly whole: (guilty: ReadonlySet<number>) => Promise<A>
}

/**
 * Finds which parts of a suspect bring a worker down, over as many workers as that takes, and does the rest.
 *
 * Answers `elsewhere` if this process is at it already. A scheduler hands out work again when its worker is slow to say that
 * it lives; a second trial would take the note of the first for a death, and blame whatever is being tried.
 *
 * @throws TanagerError `batch-failed` if none does so alone, and all together do
 */
export async function trial<A>(log: Log, gate: Gate, suspect: Suspect<A>): Promise<A | 'elsewhere'> {
  return gate.once(suspect.name, () => tryOut(log, gate, suspect), 'elsewhere')
}

async function tryOut<A>(log: Log, gate: Gate, { name, what, size, attempt, whole }: Suspect<A>): Promise<A> {
  const step = Math.max(1, Math.ceil(Math.sqrt(size)))
  const found = await log.noted(name)
  let note = found === undefined ? begun : afterDeath(JSON.parse(found) as Note, size)
  const write = (change: Partial<Note>) => {
    note = { ...note, ...change }
    return log.note(name, JSON.stringify(note))
  }
  const tried = (work: () => Promise<A>): Promise<A> =>
    gate.alone(async () => {
      await write({ trying: true })
      try {
        return await work()
      } finally {
        await write({ trying: false })
      }
    })

  while (note.from < size) {
    const { from, closely } = note
    const to = Math.min(from + (from < closely ? 1 : step), size)
    note = { ...note, size: to - from }
    await tried(() => attempt(from, to) as Promise<A>)
    note = { ...note, from: to, deaths: 0 }
  }
  if (note.deaths >= certain) {
    await write(begun)
    throw new TanagerError('batch-failed', `${what} brings its workers down, though no part of it does so alone`, {
      remedy: 'Give workers more memory, or cut smaller batches; then run it again: tanager dead-letters retry.',
    })
  }
  return tried(() => whole(new Set(note.guilty)))
}

const begun: Note = { from: 0, size: 0, closely: 0, deaths: 0, guilty: [], trying: false }

function afterDeath(note: Note, total: number): Note {
  const { from, size, closely, deaths, guilty } = note
  if (!note.trying) return note
  const died: Note = { ...note, deaths: deaths + 1, trying: false }
  if (from >= total) return died
  if (size > 1) return { ...died, deaths: 0, closely: from + size }
  if (died.deaths < certain) return { ...died, closely: Math.max(closely, from + 1) }
  return { ...died, from: from + 1, deaths: 0, guilty: [...guilty, from] }
}
