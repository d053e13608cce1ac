import { TanagerError } from '../../core/error.ts'
import type { Job } from '../../core/job.ts'
import type { AnySlot } from '../../core/slot/slot.ts'
import { type CompareOptions, uncomparedOf } from '../compare/outcome.ts'
import type { BrokenLaw, Report } from '../laws/report.ts'
import type { Outcome } from '../platform/platform.ts'
import { type Counterexample, Experiment } from './case.ts'
import { causesOf } from './cause.ts'
import { type Material, materialOf } from './material.ts'
import { checkOptions, type SimulateOptions } from './options.ts'
import { impurities, purityLaw, repeat } from './pure.ts'
import { type Size, settingsOf } from './settings.ts'
import { shrunk } from './shrink.ts'
import { shortened, storyOf } from './story.ts'

const platformLaw = 'platform law'
export const valuesLaw = 'laws of its aggregations and codecs'

/** So many runs are made though the time is over: a machine that is busy must not let a wrong job pass. */
const atLeast = 5

/** What part of the time is for finding something; the rest is to make it small. */
const exploring = 0.6
/** How long the first few runs may take though the time is over, in milliseconds: enough for any but functions that take seconds. */
const overtime = 5000
/** How much of the time one run in memory may take: there are to be many. */
const affordableShare = 0.02
const fewest = 10
const leastTime = 1000

/**
 * Does what `simulate` does, and answers a report where that throws: what held, what is broken, what could not be checked, and
 * what is not wrong but worth knowing, such as how many records were refused.
 *
 * ```ts
 * import { codec, job, source, store } from 'tanager'
 * import { sum } from 'tanager/algebra'
 * import { checkJob } from 'tanager/testing'
 *
 * const words = source('words', { item: codec.string })
 * const counts = store('counts', { key: codec.string, sum })
 * const { held } = await checkJob(job('word-count', words.map((w) => [w, 1] as const).sumByKey(counts)), { inputs: { words: ['a'] } })
 * // held is [{ law: 'purity law', runs: 1 }, { law: 'platform law', runs: 100 }]
 * ```
 *
 * @throws TanagerError for inputs that do not fit the job
 */
export async function checkJob<R extends AnySlot>(job: Job<R>, options: SimulateOptions<R>): Promise<Report> {
  const began = Date.now()
  checkOptions(options)
  return new Trial(job, await materialOf(job, options.inputs), options as SimulateOptions, began).report()
}

class Trial {
  readonly #job: Job
  readonly #material: Material
  readonly #options: SimulateOptions
  readonly #compare: CompareOptions
  readonly #experiment: Experiment
  readonly #seed: number
  readonly #began: number

  constructor(job: Job, material: Material, options: SimulateOptions, began: number) {
    const { tolerance, equals, except, seed = Math.floor(Math.random() * 2 ** 31) } = options
    this.#job = job
    this.#material = material
    this.#options = options
    this.#compare = Object.fromEntries(Object.entries({ tolerance, equals, except }).filter(([, given]) => given !== undefined))
    this.#experiment = new Experiment(job, material, this.#compare)
    this.#seed = seed
    this.#began = began
  }

  async report(): Promise<Report> {
    const size = sizeOf(this.#material)
    if (size.records === 0) return this.#left('there are no records to run it on')
    let expected: Outcome
    let perRecord: number
    try {
      const impure = await impurities(this.#job, this.#material)
      if (impure.length > 0) return this.#report({ broken: impure })
      const begin = performance.now()
      const repeated = await repeat(this.#experiment, this.#material)
      if ('broken' in repeated) return this.#report({ broken: [repeated.broken] })
      expected = repeated.outcome
      perRecord = (performance.now() - begin) / 2 / size.records
    } catch (error) {
      // What nobody can run anywhere is told by what is wrong with it, if that is known.
      const broken = await this.#unlawful().catch(() => [])
      if (broken.length > 0) return this.#report({ broken })
      throw error instanceof TanagerError && error.code === 'service' ? unanswered(error) : error
    }
    const refused = refusedText(size, expected)
    if (isBarren(expected)) return this.#left(`nothing came of it: ${refused ?? 'no store and no sink has anything'}`)
    const hints = [
      ...(refused === undefined ? [] : [refused]),
      ...uncomparedOf(this.#job, this.#compare).map(({ slot, reason }) => `${slot}: not compared, or not all of it: ${reason}`),
    ]
    const most = Math.max(fewest, (Math.max(leastTime, (this.#options.seconds ?? 4) * 1000) * affordableShare) / perRecord)
    if (size.records <= most) return this.#onCluster(this.#material, expected, hints)
    const some = firstOf(this.#material, most / size.records)
    const hint = `it takes long over a record: simulated were the first ${sizeOf(some).records} of ${size.records}`
    return this.#onCluster(some, await this.#experiment.expected(some.records), [...hints, hint])
  }

  async #onCluster({ records }: Material, expected: Outcome, hints: readonly string[]): Promise<Report> {
    const { runs = 100, onRun } = this.#options
    const size = sizeOf({ records })
    let made = 0
    while (made < runs && (made === 0 || Date.now() < this.#until(exploring) + (made < atLeast ? overtime : 0))) {
      const seed = this.#seed + made
      const found = await this.#experiment.run({ records, settings: settingsOf(seed, size, this.#options) }, expected)
      if (found !== undefined) return this.#report({ broken: [await this.#explained(found)], hints, seed })
      made += 1
      await onRun?.(made)
    }
    const held = [
      { law: purityLaw, runs: 1 },
      { law: platformLaw, runs: made },
    ]
    // What keeps no law may still have come out the same: by chance, or since no two of its values met.
    return this.#report({ held, broken: await this.#unlawful(), hints })
  }

  async #explained(found: Counterexample): Promise<BrokenLaw> {
    const { name } = this.#job
    const small = await shrunk(this.#experiment, found, this.#until(1))
    let causes = await this.#causes({ ...this.#material, records: small.case.records })
    if (causes.length === 0) causes = await this.#causes(this.#material)
    const sentence = `${name}: comes out differently on a cluster than in memory`
    return {
      law: platformLaw,
      sentence: causes.length === 0 ? sentence : `${sentence}, since ${causes.join('; ')}`,
      story: storyOf(this.#job, small),
      counterexample: [small.case],
    }
  }

  async #unlawful(): Promise<readonly BrokenLaw[]> {
    const causes = await this.#causes(this.#material)
    return causes.map((cause) => ({ law: valuesLaw, sentence: `${this.#job.name}: ${cause}`, counterexample: [] }))
  }

  #causes(material: Material): Promise<readonly string[]> {
    const { equals, except } = this.#compare
    // Where somebody has said what is as good as each other, or is not to be looked at, no law of ours is meant.
    return causesOf(this.#job, material, (store) => equals?.[store] === undefined && except?.[store] === undefined)
  }

  #until(part: number): number {
    return this.#began + (this.#options.seconds ?? 4) * 1000 * part
  }

  #left(reason: string): Report {
    return this.#report({ unchecked: [{ law: platformLaw, reason, remedy: 'Give records that something comes of: { inputs: { … } }.' }] })
  }

  #report(found: Partial<Report>): Report {
    return { subject: this.#job.name, held: [], broken: [], unchecked: [], hints: [], seed: this.#seed, ...found }
  }
}

const unanswered = (cause: TanagerError) =>
  new TanagerError('service', cause.message.replace(/\.? The batch is tried again\.$/, ''), {
    cause,
    remedy: 'Bind one that answers: that it fails now and then is drawn by the simulation.',
  })

/** A part of the records of each source, from the first on. */
function firstOf({ records, bound }: Material, share: number): Material {
  return { bound, records: new Map([...records].map(([source, texts]) => [source, texts.slice(0, Math.ceil(texts.length * share))])) }
}

function sizeOf({ records }: Pick<Material, 'records'>): Size {
  const texts = [...records.values()].flat()
  return { records: texts.length, length: texts.reduce((sum, { length }) => sum + length, 0) }
}

const isBarren = ({ stores, sinks }: Outcome): boolean =>
  Object.values(stores).every(({ size }) => size === 0) && Object.values(sinks).every(({ length }) => length === 0)

function refusedText({ records }: Size, { deadLetters }: Outcome): string | undefined {
  const [first] = deadLetters
  if (first === undefined) return undefined
  const many = `${records} ${records === 1 ? 'record' : 'records'} and what came of ${records === 1 ? 'it' : 'them'}`
  return `of ${many} ${deadLetters.length === 1 ? '1 was' : `${deadLetters.length} were`} refused, the first by ${first.node}: ${shortened(first.error, 200)}`
}
