import type { AnySlot, Job } from 'tanager'
import type { SimulateOptions } from '../../../testing/simulate/options.ts'

/** A job that is right, and looks a little as if it were not. */
export interface Right {
  readonly right: string
  // biome-ignore lint/suspicious/noExplicitAny: jobs of all kinds, in one list.
  readonly job: Job<any>
  readonly inputs: object
  readonly options?: Omit<SimulateOptions<AnySlot>, 'inputs'>
}
