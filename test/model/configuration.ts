/** What is modelled: a small job, and who works for it. */
export interface Configuration {
  readonly name: string
  /** Sources first, then the outputs of stores. */
  readonly streams: readonly string[]
  /** Each partition is modelled by itself; two of one store differ from two stores in nothing that matters here. */
  readonly partitions: readonly PartitionShape[]
  readonly senders: readonly SenderShape[]
  readonly workers: number
  /**
   * What the reconciler tells the queue of: `whole`, all that is not done, as it does; or only what the queue does not have
   * while it looks, which is far fewer states. What it would tell of too late besides, the fault `again` tells of.
   */
  readonly reconciler: 'whole' | 'lost' | 'none'
  /** How many things go wrong, of any kind. */
  readonly mishaps: number
  /** What may go wrong. */
  readonly faults: readonly Fault[]
  /** How many batches a stream, and how many entries an inbox may hold. */
  readonly room: { readonly stream: number; readonly inbox: number }
  /** How many entries a drain takes at a time. */
  readonly slice: number
  /** Whether at the beginning all is sent, and on Redis's disk: a story that begins there is shorter. */
  readonly sent?: boolean
}

export interface PartitionShape {
  readonly name: string
  readonly ordered: boolean
  /** The streams whose batches add to it, by their places. */
  readonly fedBy: readonly number[]
  /** The stream that takes what changes, by its place. */
  readonly emits?: number
  /** The batches that add nothing to it. */
  readonly spares?: readonly number[]
}

export interface SenderShape {
  readonly name: string
  readonly stream: number
  /** How many it has to send. Batches are numbered from 0, those of the first sender first. */
  readonly batches: number
}

/**
 * crash  a worker, the reconciler or a sender dies, and begins anew
 * stall  a worker stands still for so long that its job is given to another
 * lose   the scheduler loses a job
 * again  the scheduler runs a job again that was there once
 * deaf   the log takes a batch, and its sender does not hear of it
 * tail   the log, with the queue, is again what it was a moment ago; nobody else is
 * resent a commit is executed in moments that Redis may lose, its answer never comes, and its client sends it again
 */
export type Fault = 'crash' | 'stall' | 'lose' | 'again' | 'deaf' | 'tail' | 'resent'

export const allFaults: readonly Fault[] = ['crash', 'stall', 'lose', 'again', 'deaf']

/** Whether Redis may lose its last moments. */
export const canGoBack = ({ faults }: Configuration): boolean => faults.includes('tail')

/** Under how many names a sender may come: it takes a new one when it has noticed a loss. */
export const writersOf = (configuration: Configuration): number => (canGoBack(configuration) ? 2 : 1)
