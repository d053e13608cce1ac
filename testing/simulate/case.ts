import { encoded } from '../../core/contract/encoded.ts'
import type { Job } from '../../core/job.ts'
import { memory } from '../../platforms/memory/index.ts'
import { type Happening, type Schedule, type SimulationOptions, simulation } from '../../platforms/simulation/index.ts'
import { type CompareOptions, type Difference, differencesOf } from '../compare/outcome.ts'
import type { Outcome } from '../platform/platform.ts'
import type { Material } from './material.ts'
import { slackOf } from './slack.ts'

/** One run: what is sent, and all that is left to chance. */
export interface Case {
  /** The records of each source, as they are written. */
  readonly records: ReadonlyMap<string, readonly string[]>
  readonly settings: SimulationOptions
  /** What is drawn, if not from the settings' seed. */
  readonly schedule?: Schedule
}

/** What a run has shown. */
export interface Counterexample {
  readonly case: Case
  readonly differences: readonly Difference[]
  /** Work that was out of attempts. */
  readonly failed: readonly string[]
  readonly happenings: readonly Happening[]
  readonly schedule: Schedule
}

/** A job that is put to the test, with what all of its runs have in common. */
export class Experiment {
  readonly job: Job
  readonly #material: Material
  readonly #compare: CompareOptions
  #slack: ReadonlyMap<string, number> | undefined

  constructor(job: Job, material: Material, compare: CompareOptions) {
    this.job = job
    this.#material = material
    this.#compare = { ...compare, names: { expected: 'memory', actual: 'the simulation' } }
  }

  /** What the job comes to in memory, all records of a source in one batch unless told. */
  async expected(records: Case['records'], batchSize?: number): Promise<Outcome> {
    return memory(batchSize === undefined ? {} : { batchSize })
      .on(this.job)
      .run(this.#bindings(records) as never) as Promise<Outcome>
  }

  async differences(expected: Outcome, actual: Outcome, names = this.#compare.names): Promise<readonly Difference[]> {
    const compare = (slack = this.#slack) =>
      differencesOf(this.job, expected, actual, { ...this.#compare, ...(names && { names }), ...(slack && { slack }) })
    const found = compare()
    if (found.length === 0 || this.#slack !== undefined) return found
    // How much sums may lose on their way takes a run to find out, and matters only where something differs.
    this.#slack = await slackOf(this.job, this.#material)
    return compare(this.#slack)
  }

  /** @param expected what memory comes to, where that is known already */
  async run(one: Case, expected?: Outcome): Promise<Counterexample | undefined> {
    const { records, settings, schedule } = one
    const options = schedule === undefined ? settings : { ...settings, schedule }
    const actual = await simulation(options)
      .on(this.job)
      .run(this.#bindings(records) as never)
    const failed = actual.failed.map(({ error }) => error)
    const differences =
      failed.length > 0 ? [] : await this.differences(expected ?? (await this.expected(records)), actual as unknown as Outcome)
    if (failed.length === 0 && differences.length === 0) return undefined
    return { case: one, differences, failed, happenings: actual.happenings, schedule: actual.schedule }
  }

  #bindings(records: Case['records']): Readonly<Record<string, unknown>> {
    return { ...this.#material.bound, ...Object.fromEntries([...records].map(([source, texts]) => [source, encoded(texts)])) }
  }
}
