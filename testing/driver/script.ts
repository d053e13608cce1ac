import type { Encoded } from '../../core/contract/encoded.ts'
import { positive } from '../../core/contract/store/positive.ts'
import { assertNever } from '../../core/error.ts'
import type { Job } from '../../core/job.ts'
import type { AnySlot } from '../../core/slot/slot.ts'
import { type Faults, Random } from '../../platforms/simulation/index.ts'
import { type Course, drawnCourse, plainCourse } from './course.ts'
import { ClusterDriver, type DriverSettings, settingsOf } from './driver.ts'
import type { CrashPoint, HoldUp } from './fault.ts'
import { type DriverBindings, type NameOf, type NoBindings, type RecordOf, slotOf } from './names.ts'
import { ScriptError } from './script-error.ts'
import { type Check, keptRecords, type ScriptStep, stepText } from './step.ts'
import type { Driver, DriverOptions } from './types.ts'

/** How a script is run under many seeds. What goes wrong beside what it asks for is said as for `simulation`, each drawn, unless given. */
export interface ExploreOptions extends DriverOptions, Partial<Faults> {
  /** How many runs, each under a seed of its own; 50. */
  readonly runs?: number
  /** The seed of the first run; those of the others follow it. Another each time, unless given. */
  readonly seed?: number
}

/**
 * What is done to a job, one thing after the other, as a plain value: it can be kept, printed, and run again. Each method
 * answers a new script, with one step more, that does what the method of the driver does.
 */
export interface Script<R extends AnySlot> {
  readonly job: Job<R>
  readonly steps: readonly ScriptStep[]
  /** @throws TanagerError `unknown-slot`, `invalid-binding` if it is no array */
  readonly add: <N extends NameOf<R, 'source'>>(source: N, records: readonly RecordOf<R, N>[] | Encoded) => Script<R>
  /** Turns the clock forward, by so many milliseconds. */
  readonly advance: (milliseconds: number) => Script<R>
  readonly crash: (point?: CrashPoint<NameOf<R>>) => Script<R>
  readonly restart: () => Script<R>
  readonly fail: (outside: NameOf<R, 'service' | 'sink'>, options?: { readonly times?: number }) => Script<R>
  readonly lose: (of?: NameOf<R, 'source' | 'store' | 'sink'>) => Script<R>
  readonly double: (of?: NameOf<R, 'source' | 'store' | 'sink'>) => Script<R>
  readonly holdUp: (at: HoldUp<NameOf<R>>) => Script<R>
  /** Looks at what there is, and throws, or answers false, if it is not as it should be. */
  readonly check: (check: Check<R>) => Script<R>
  /**
   * Runs it on a new driver, and answers that.
   *
   * @throws ScriptError where a step fails, and where something was asked to go wrong and did not; with the history
   */
  readonly run: (options?: DriverOptions) => Promise<Driver<R>>
  /**
   * Runs it many times, each under another seed, which everything is drawn from: how records are cut into batches and keys
   * spread, the order of all steps, what goes wrong beside what the script asks for, and how far the cluster has come from
   * one step of the script to the next. Before each check it is let come to rest: a check must hold for what there is when
   * all that can happen has happened, not for what is under way.
   *
   * @throws ScriptError where a step fails, with the seed and the history
   */
  readonly explore: (options?: ExploreOptions) => Promise<void>
  /** The script as it is written, a line a step. */
  readonly toString: () => string
}

/**
 * Begins a script: what is added to a job, what befalls it, and what must hold in between.
 *
 * ```ts
 * import { strict as assert } from 'node:assert'
 * import { codec, job, source, store } from 'tanager'
 * import { sum } from 'tanager/algebra'
 * import { script } from 'tanager/testing'
 *
 * const words = source('words', { item: codec.string })
 * const counts = store('counts', { key: codec.string, sum })
 * const wordCount = job('word-count', words.map((w) => [w, 1] as const).sumByKey(counts))
 *
 * const story = script(wordCount)
 *   .add('words', ['a', 'b'])
 *   .crash({ before: 'commitStage' })
 *   .add('words', ['a'])
 *   .restart()
 *   .check(({ stores }) => assert.equal(stores.counts.get('a'), 2))
 *
 * await story.run()
 * await story.explore({ runs: 20 })
 * ```
 *
 * @param bindings as for `driver`
 * @throws TanagerError as `driver` does
 */
export function script<R extends AnySlot>(job: Job<R>, bindings: DriverBindings<R>): Script<R>
export function script<R extends AnySlot>(job: Job<R>, ...none: NoBindings<R>): Script<R>
export function script(job: Job, bindings: object = {}): unknown {
  // Refuses now what would be refused in each run.
  new ClusterDriver(job, bindings, settingsOf({}), plainCourse(1, 0))
  return new Steps(job, bindings, [])
}

class Steps {
  readonly job: Job
  readonly steps: readonly ScriptStep[]
  readonly #bindings: object

  constructor(job: Job, bindings: object, steps: readonly ScriptStep[]) {
    this.job = job
    this.#bindings = bindings
    this.steps = Object.freeze(steps)
  }

  add(source: string, records: readonly unknown[] | Encoded): Steps {
    slotOf(this.job, source, 'source')
    return this.#with({ kind: 'add', source, records: keptRecords(source, records) })
  }

  advance(milliseconds: number): Steps {
    return this.#with({ kind: 'advance', milliseconds })
  }

  crash(point?: CrashPoint): Steps {
    this.#known(point?.of)
    return this.#with({ kind: 'crash', point })
  }

  restart(): Steps {
    return this.#with({ kind: 'restart' })
  }

  fail(outside: string, { times = 1 }: { readonly times?: number } = {}): Steps {
    slotOf(this.job, outside, 'service', 'sink')
    return this.#with({ kind: 'fail', outside, times })
  }

  lose(of?: string): Steps {
    this.#known(of)
    return this.#with({ kind: 'lose', of })
  }

  double(of?: string): Steps {
    this.#known(of)
    return this.#with({ kind: 'double', of })
  }

  holdUp(at: HoldUp): Steps {
    this.#known(at.of)
    return this.#with({ kind: 'holdUp', at })
  }

  check(check: Check<never>): Steps {
    return this.#with({ kind: 'check', check })
  }

  async run(options: DriverOptions = {}): Promise<Driver<AnySlot>> {
    const settings = settingsOf(options)
    const app = await this.#play(settings, plainCourse(settings.batchRecords, settings.stalledAfter))
    if (app.armed.length === 0) return app
    const { history } = app
    throw new ScriptError(`the script is over, and this has not happened: ${app.armed.join(', ')}`, { script: this.#lines(), history })
  }

  async explore({ runs = 50, seed = Math.floor(Math.random() * 2 ** 31), ...options }: ExploreOptions = {}): Promise<void> {
    for (let run = 0; run < positive('runs', runs); run++) {
      const drawn = drawnOptions(seed + run, options, this.steps)
      await this.#play(settingsOf(drawn), drawnCourse(seed + run, drawn.batchRecords, drawn), seed + run)
    }
  }

  toString(): string {
    return this.#lines().join('\n')
  }

  async #play(settings: DriverSettings, course: Course, seed?: number): Promise<ClusterDriver> {
    const app = new ClusterDriver(this.job, this.#bindings, settings, course)
    for (const [at, step] of this.steps.entries()) {
      try {
        await take(app, step)
      } catch (error) {
        const what = `step ${at + 1} of the script ${step.kind === 'check' ? 'does not hold' : 'fails'}: ${stepText(step)}`
        throw new ScriptError(what, { script: this.#lines(at), seed, history: app.history }, error)
      }
    }
    return app
  }

  #with(step: ScriptStep): Steps {
    return new Steps(this.job, this.#bindings, [...this.steps, Object.freeze(step)])
  }

  #known(of: string | undefined): void {
    if (of !== undefined) slotOf(this.job, of, 'source', 'store', 'service', 'sink')
  }

  #lines(marked?: number): readonly string[] {
    return this.steps.map((step, i) => `${i === marked ? '>' : ' '} ${String(i + 1).padStart(2)}  ${stepText(step)}`)
  }
}

async function take(app: ClusterDriver, step: ScriptStep): Promise<void> {
  switch (step.kind) {
    case 'add':
      return app.pipe(step.source, step.records)
    case 'advance':
      return app.advanceTime(step.milliseconds)
    case 'crash':
      app.crash(step.point)
      return
    case 'restart':
      return app.restart()
    case 'fail':
      app.fail(step.outside, { times: step.times })
      return
    case 'lose':
      app.lose(step.of)
      return
    case 'double':
      app.double(step.of)
      return
    case 'holdUp':
      app.holdUp(step.at)
      return
    case 'check': {
      await app.rest()
      if ((await (step.check as Check)(app)) === false) throw new Error('it answers false')
      return
    }
    default:
      assertNever(step)
  }
}

/** What is drawn for one run, but for what was given. The number of workers is not: those that a script has die must not be all. */
function drawnOptions(seed: number, options: ExploreOptions, steps: readonly ScriptStep[]) {
  const random = new Random(seed)
  const rarely = [0, 0.02, 0.05, 0.1]
  const drawn = {
    partitions: 1 + random.below(4),
    batchRecords: random.pick([1, 2, 5, 20]),
    crashes: random.pick(rarely),
    duplicates: random.pick(rarely),
    losses: random.pick(rarely),
    // Where a script has something fail, more failures could bring work to the end of its attempts.
    failures: steps.some(({ kind }) => kind === 'fail') ? 0 : random.pick(rarely),
    reconcileEvery: random.pick([30, 100, 1000]),
    limits: { drainBytes: random.pick([1, 50, 1000]), drainKeys: random.pick([1, 5, 1000]), turn: random.pick([1, 20]), handBack: 30 },
  }
  return { ...drawn, ...options }
}
