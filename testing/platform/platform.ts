import type { Job } from '../../core/job.ts'

/** What is bound to a job for one run: records by source name, answers by service name, what a store held before by store name. */
export type Inputs = Readonly<Record<string, unknown>>

/** What a run of a job leaves behind, on any platform. */
export interface Outcome {
  /** Each store as a reader sees it: keys and presented values. */
  readonly stores: Readonly<Record<string, ReadonlyMap<unknown, unknown>>>
  /** Everything written to each sink. */
  readonly sinks: Readonly<Record<string, readonly unknown[]>>
  readonly deadLetters: readonly OutcomeDeadLetter[]
  /** What happened, a line a step, where the platform can tell. */
  readonly history?: readonly string[]
}

export interface OutcomeDeadLetter {
  readonly stream: string
  /** Which step refused the record. */
  readonly node: string
  /** The record, as it was written. */
  readonly record: string
  readonly error: string
}

/** A platform on trial: it runs a job to the end of its inputs. */
export interface TestPlatform {
  /** As in `memory` or `Redis`: for messages. */
  readonly name: string
  /**
   * Runs a job to the end of its inputs, apart from every other run, and leaves nothing behind.
   *
   * @param seed to draw batch sizes, partitions, workers, crashes… from, where the platform can; the same seed, the same choice
   */
  readonly run: (job: Job, inputs: Inputs, seed: number) => Promise<Outcome>
}
