import { TanagerError } from '../../core/error.ts'
import type { AnySlot } from '../../core/slot/slot.ts'
import type { SimulationInputs } from '../../platforms/simulation/index.ts'
import type { CompareOptions } from '../compare/outcome.ts'

/** What to run a job on, and how thoroughly. */
export interface SimulateOptions<R extends AnySlot = AnySlot> extends Pick<CompareOptions, 'tolerance' | 'equals' | 'except'> {
  /** Records for each source, answers for each service, and, where a store held something before, what. */
  readonly inputs: SimulationInputs<R>
  /** Where the exploring begins. Given again, the same runs come in the same order. */
  readonly seed?: number
  /** How many runs; 100 unless given. */
  readonly runs?: number
  /** How long all of it may take; 4 unless given, so that it fits into a test. At least a few runs are made in any case. */
  readonly seconds?: number
  /** How many partitions each store has; from 1 to 4, drawn, unless given. */
  readonly partitions?: number
  /** How many workers there are; from 1 to 4, drawn, unless given. */
  readonly workers?: number
  /** How often somebody dies at a step, from 0 to 1, or false for never; drawn unless given. */
  readonly crashes?: number | false
  /** Told after each run of how many have been made, and waited for: for a progress line, and to let other work have its turn. */
  readonly onRun?: (runs: number) => void | Promise<void>
}

/** @throws TanagerError `invalid-option` */
export function checkOptions({ runs, seconds, seed, partitions, workers, crashes }: SimulateOptions): void {
  for (const [name, value] of Object.entries({ runs, partitions, workers })) {
    if (value !== undefined && !(Number.isSafeInteger(value) && value >= 1)) throw refused(name, value, 'a whole number from 1')
  }
  if (seconds !== undefined && !(typeof seconds === 'number' && seconds >= 0)) throw refused('seconds', seconds, 'a number from 0')
  if (seed !== undefined && !Number.isSafeInteger(seed)) throw refused('seed', seed, 'a whole number')
  if (crashes !== undefined && crashes !== false && !(typeof crashes === 'number' && crashes >= 0 && crashes <= mostCrashes)) {
    throw refused('crashes', crashes, `false, or a number from 0 to ${mostCrashes}: nothing would ever be done`)
  }
}

const mostCrashes = 0.5

const refused = (option: string, value: unknown, allowed: string) =>
  new TanagerError('invalid-option', `simulate: ${option}`, { value, allowed })
