import type { AnySlot, Job } from 'tanager'
import type { SimulateOptions } from '../../../testing/simulate/options.ts'

/** A job that is wrong, and what the kit says to it. */
export interface Mistake {
  readonly mistake: string
  /** Made anew each time: some of them remember. */
  // biome-ignore lint/suspicious/noExplicitAny: jobs of all kinds, in one list.
  readonly make: () => Job<any>
  readonly inputs: object
  readonly options?: Omit<SimulateOptions<AnySlot>, 'inputs'>
  /** All of it, but for the seed; up to … where what follows depends on how the run was drawn. */
  readonly says: readonly string[]
  /** What of it is another each time: written as #. */
  readonly varies?: RegExp
}
