import { messageOf } from '../../../core/error.ts'
import { UnlawfulError } from '../lawful.ts'
import { type Exceptions, type LawSuite, suiteOf } from '../suite.ts'
import { append } from './law/append.ts'
import { commit } from './law/commit.ts'
import { deadLetters } from './law/dead-letters.ts'
import { eventTime } from './law/event-time.ts'
import { leases } from './law/leases.ts'
import { notes } from './law/notes.ts'
import { order } from './law/order.ts'
import { outputs } from './law/outputs.ts'
import { pending } from './law/pending.ts'
import { several } from './law/several.ts'
import { sinks } from './law/sinks.ts'
import { sums } from './law/sums.ts'
import { take } from './law/take.ts'
import { wentBack } from './law/went-back.ts'
import { writers } from './law/writers.ts'
import type { LogLaw } from './log-law.ts'
import type { LogParts, OpenLog } from './parts.ts'
import { partsOf, sceneOf } from './scene.ts'

/** A log on trial. */
export interface LogLawOptions {
  /** As in `the log in Redis`: for messages. */
  readonly name?: string
  /** Makes a log with nothing in it, apart from every other. It is closed when the law has been tried. */
  readonly open: (parts: LogParts) => Promise<OpenLog>
  /** Laws to leave out, each with the reason: `{ 'notes: are what was written last': 'nobody reads notes here' }`. */
  readonly except?: Exceptions
}

const groups = [
  append,
  take,
  wentBack,
  writers,
  notes,
  commit,
  several,
  order,
  sums,
  sinks,
  outputs,
  eventTime,
  pending,
  deadLetters,
  leases,
]

/**
 * The laws of every log, for whoever keeps one elsewhere: all that the engine relies on, step by step, from the numbers of
 * batches to what becomes of a worker that comes late. A log that keeps them can carry the distributed platform.
 *
 * ```ts
 * import { type LogParts, logLaws, type OpenLog } from 'tanager/testing'
 *
 * declare function openMine(parts: LogParts): Promise<OpenLog>
 *
 * // In a test: for (const { name, check } of suite) test(name, check)
 * const suite = logLaws({ name: 'my log', open: (parts) => openMine(parts) })
 * ```
 *
 * A check rejects with an `UnlawfulError` that names the law, what was answered and what should have been; its `cause`
 * says at which line of the law.
 *
 * @throws TanagerError `invalid-option` for an exception to a law that there is not, or one without a reason
 */
export function logLaws({ name = 'the log', open, except }: LogLawOptions): LawSuite {
  const laws = groups.flatMap(({ about, laws }) =>
    laws.map((each) => {
      const law = `${about}: ${each.says}`
      return { law, name: law, check: () => keep(name, law, each, open) }
    }),
  )
  return suiteOf(`the laws of ${name}`, laws, except)
}

async function keep(subject: string, law: string, { small, act }: LogLaw, open: LogLawOptions['open']): Promise<void> {
  const time = { now: 1000 }
  const { log, close } = await open(partsOf(time, small))
  try {
    await act(sceneOf(log, time))
  } catch (cause) {
    throw unlawful(subject, law, cause)
  } finally {
    await close()
  }
}

function unlawful(subject: string, law: string, cause: unknown): UnlawfulError {
  const sentence = `${subject} breaks the law "${law}": ${messageOf(cause)}`
  const broken = [{ law, sentence, counterexample: [] }]
  const error = new UnlawfulError({ subject, held: [], broken, unchecked: [], hints: [], seed: 0 }, [sentence])
  // Nothing was drawn: there is no seed to tell of.
  error.message = sentence
  return Object.assign(error, { cause })
}
