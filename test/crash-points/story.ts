import type { AnySlot, Job } from 'tanager'
import type { BullmqOptions, Client } from 'tanager/bullmq'
import type { AnyOutcome } from '../../testing/laws/platform/determined.ts'
import type { EmissionSink } from '../../testing/laws/platform/emission.ts'
import type { Deliveries } from './deliveries.ts'
import type { Mode } from './wire.ts'

/** What a run leaves behind. */
export interface Outcome extends AnyOutcome {
  readonly deadLetters: readonly { readonly stream: string; readonly node: string; readonly record: string; readonly error: string }[]
}

/** Who does what in one run. Made anew for each point, so that its functions and its outside systems may have a state. */
export interface Story {
  readonly job: Job
  /** Our scripts that the victim cannot do without: the story is of no use if it is not stopped at each. */
  readonly reaches: readonly string[]
  readonly services?: Readonly<Record<string, (key: never) => unknown>>
  /** The sinks that something takes from, and what they were given. */
  readonly sinks?: Readonly<Record<string, Deliveries>>
  /** Unbound sinks that were given a store's changes as they are: which changes is the platform's business, their law is ours. */
  readonly emissions?: readonly EmissionSink[]
  /** How a store's values are shown, where not all of a value is determined. */
  readonly shown?: Readonly<Record<string, (value: unknown) => unknown>>
  readonly options?: BullmqOptions
  /** How long to wait for everything to be done, in milliseconds. */
  readonly patience?: number
  /** What others did before, who are never stopped. */
  readonly before?: (others: Others) => Promise<void>
  /** Whom we stop: a worker, or a client that does this. */
  readonly victim: 'worker' | ((client: Client<AnySlot>) => Promise<unknown>)
  /** What people do who find that process gone. */
  readonly again?: (client: Client<AnySlot>) => Promise<unknown>
  /** What they do next, also if nothing was wrong. */
  readonly after?: (client: Client<AnySlot>) => Promise<unknown>
  /** At which commands it is stopped, where other stories see to the rest. */
  readonly at?: readonly string[]
  /** Not in all ways everything can be stopped. */
  readonly modes?: readonly Mode[]
  /** What is right in the end: one of these. */
  readonly expected: () => Promise<readonly Outcome[]>
}

export interface Others {
  readonly client: Client<AnySlot>
  /** Has a worker do all there is to do. */
  readonly work: (until?: () => Promise<void>) => Promise<void>
  /** Has a worker die before it sends a command of that name. */
  readonly die: (command: string) => Promise<void>
  /** Does something as the client of another job of that name. */
  readonly as: (job: Job, act: (client: Client<AnySlot>) => Promise<void>) => Promise<void>
}
