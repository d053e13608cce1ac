import { checkBindings, ownOf } from '../../core/contract/check.ts'
import { isEncoded } from '../../core/contract/encoded.ts'
import { positive } from '../../core/contract/store/positive.ts'
import { defaultLimits } from '../../core/engine/limits.ts'
import { declaredIn } from '../../core/engine/outputs/declared.ts'
import { TanagerError } from '../../core/error.ts'
import type { Job } from '../../core/job.ts'
import { planOf } from '../../core/plan/index.ts'
import type { Plan } from '../../core/plan/plan.ts'
import type { AnySlot } from '../../core/slot/slot.ts'
import { batchesOf } from '../../platforms/memory/batches.ts'
import { Cluster, lineOf } from '../../platforms/simulation/index.ts'
import { ArmedFate } from './armed-fate.ts'
import { type Course, plainCourse } from './course.ts'
import { type CrashPoint, crashOf, type Fault, faultText, type HoldUp } from './fault.ts'
import { byName, type DriverBindings, type NoBindings, slotOf } from './names.ts'
import type { Driver, DriverOptions } from './types.ts'

/**
 * Takes a job through its life step by step, on a cluster in memory: what runs is the code that runs distributed, with
 * several workers and partitions, retries and commits, on a clock that moves only when it is told to. Each step is over
 * when everything that is due has happened, so nothing goes on between two steps, and what there is to see can be read
 * plainly. Steps are awaited, because the functions of a job and its services may be asynchronous.
 *
 * ```ts
 * import { strict as assert } from 'node:assert'
 * import { codec, job, source, store } from 'tanager'
 * import { sum } from 'tanager/algebra'
 * import { driver } from 'tanager/testing'
 *
 * const words = source('words', { item: codec.string })
 * const counts = store('counts', { key: codec.string, sum })
 * const wordCount = job('word-count', words.map((w) => [w, 1] as const).sumByKey(counts))
 *
 * const app = driver(wordCount)
 * await app.pipe('words', ['a', 'b', 'a'])
 * assert.deepEqual(app.stores.counts, new Map([['a', 2], ['b', 1]]))
 *
 * app.crash({ after: 'commitStage' }) // a worker dies, and does not hear that its batch is committed
 * await app.pipe('words', ['a'])
 * assert.equal(app.stores.counts.get('a'), 2) // nobody was told to merge it
 * await app.advanceTime(1000) // others find out
 * assert.equal(app.stores.counts.get('a'), 3)
 * ```
 *
 * It throws TanagerError `missing-binding`, `invalid-binding`, `unknown-slot`, `invalid-option`; `usage` where a step begins,
 * or something is read, while a step before is not over, for it was not awaited.
 *
 * @param bindings services, by name, as memory takes them; and, if wanted, what stores held before, and sinks
 */
export function driver<R extends AnySlot>(job: Job<R>, bindings: DriverBindings<R>, options?: DriverOptions): Driver<R>
export function driver<R extends AnySlot>(job: Job<R>, ...none: NoBindings<R>): Driver<R>
export function driver(job: Job, bindings: object = {}, options: DriverOptions = {}): unknown {
  const settings = settingsOf(options)
  return new ClusterDriver(job, bindings, settings, plainCourse(settings.batchRecords, settings.stalledAfter))
}

const everything = Number.POSITIVE_INFINITY

/** Options with every default in place. */
export type DriverSettings = ReturnType<typeof settingsOf>

/** @throws TanagerError `invalid-option` */
export function settingsOf({ limits, room, alarms = {}, ...options }: DriverOptions) {
  const { partitions = 3, workers = 3, attempts = 3, batchRecords, reconcileEvery = 1000, stalledAfter = 1000, steps = 100_000 } = options
  return {
    partitions: positive('partitions', partitions),
    workers: positive('workers', workers),
    attempts: positive('attempts', attempts),
    batchRecords: batchRecords === undefined ? everything : positive('batchRecords', batchRecords),
    reconcileEvery: positive('reconcileEvery', reconcileEvery),
    stalledAfter: milliseconds('stalledAfter', stalledAfter),
    steps: positive('steps', steps),
    limits: { ...defaultLimits, ...limits },
    room: { stream: everything, inbox: everything, ...room },
    alarms,
  }
}

/** Drives a cluster, on whatever course. */
export class ClusterDriver implements Driver<AnySlot> {
  readonly #job: Job
  readonly #plan: Plan
  readonly #course: Course
  readonly #fate: ArmedFate
  readonly #cluster: Cluster
  /** The step that is not over. */
  #step: string | undefined

  constructor(job: Job, bindings: object, settings: DriverSettings, course: Course) {
    const bound = ownOf(bindings)
    checkBindings(job, bound, ['service'])
    for (const [name, value] of Object.entries(bound)) {
      if (value !== undefined && job.slots.get(name)?.kind === 'source') throw sourceBound(job, name)
    }
    this.#job = job
    this.#plan = planOf(job)
    this.#course = course
    this.#fate = new ArmedFate(course.fate)
    this.#cluster = new Cluster({
      plan: this.#plan,
      // A sink that nobody has bound takes everything: then there are deliveries that can fail, as there will be.
      bindings: new Map([
        ...this.#plan.sinks.map(({ name }) => [name, { write: async () => {} }] as const),
        ...Object.entries(bound).filter(([, value]) => value !== undefined),
      ]),
      dice: course.dice,
      fate: this.#fate,
      step: course.stepTime,
      declared: declaredIn(this.#plan, settings.alarms),
      options: settings,
    })
  }

  pipe = (source: string, records: unknown): Promise<void> =>
    this.#take(`pipe('${source}', …)`, async () => {
      const { item } = slotOf(this.#job, source, 'source')
      const texts: string[] = []
      for await (const batch of batchesOf(source, records, undefined)) {
        for (const record of batch) texts.push(isEncoded(records) ? (record as string) : item.encode(record))
      }
      for (const batch of this.#course.cut(texts)) this.#cluster.send(source, batch)
      await this.#course.goOn(this.#cluster)
    })

  advanceTime = (time: number): Promise<void> =>
    this.#take(`advanceTime(${time})`, () => this.#cluster.runUntil(this.#cluster.now + milliseconds('advanceTime', time)))

  crash = (point?: CrashPoint): void => {
    if (point !== undefined) {
      this.#arm(crashOf(point))
      return
    }
    this.#check('crash()')
    this.#cluster.endWorkers()
  }

  restart = (): Promise<void> =>
    this.#take('restart()', async () => {
      if (this.#course.late) this.#fate.replaceLater()
      this.#cluster.startWorkers()
      await this.#course.goOn(this.#cluster)
    })

  fail = (outside: string, { times = 1 }: { readonly times?: number } = {}): void => {
    slotOf(this.#job, outside, 'service', 'sink')
    for (let i = 0; i < positive('fail: times', times); i++) this.#arm({ kind: 'fail', of: outside })
  }

  lose = (of?: string): void => {
    if (of !== undefined) slotOf(this.#job, of, 'source', 'store', 'sink')
    this.#arm({ kind: 'lose', of })
  }

  double = (of?: string): void => {
    if (of !== undefined) slotOf(this.#job, of, 'source', 'store', 'sink')
    this.#arm({ kind: 'double', of })
  }

  holdUp = ({ before: step, of, milliseconds: time }: HoldUp): void => {
    this.#arm({ kind: 'hold up', step, of, milliseconds: milliseconds('holdUp: milliseconds', time) })
  }

  /** Lets happen what there is to happen before somebody looks. */
  rest = (): Promise<void> => this.#take('rest()', () => this.#course.rest(this.#cluster))

  get stores(): Driver<AnySlot>['stores'] {
    this.#check('stores')
    const stores = this.#plan.stores.map(({ slot }) => [slot.name, this.#cluster.store(slot)] as const)
    return byName(this.#job, 'store', stores)
  }

  get sinks(): Driver<AnySlot>['sinks'] {
    this.#check('sinks')
    const sinks = this.#plan.sinks.map((slot) => [slot.name, this.#cluster.sink(slot)] as const)
    return byName(this.#job, 'sink', sinks)
  }

  get emissions(): Driver<AnySlot>['emissions'] {
    this.#check('emissions')
    const emissions = this.#plan.stores.map(({ slot }) => [slot.name, this.#cluster.emissions(slot)] as const)
    return byName(this.#job, 'store', emissions) as Driver<AnySlot>['emissions']
  }

  get deadLetters() {
    this.#check('deadLetters')
    return this.#cluster.deadLetters
  }

  get failed() {
    this.#check('failed')
    return this.#cluster.failed
  }

  get alarms(): Driver<AnySlot>['alarms'] {
    this.#check('alarms')
    const told = this.#cluster.history.flatMap((happening) => (happening.kind === 'tells' ? [happening.alarm] : []))
    return { ...this.#cluster.alarms, told }
  }

  watermark = (stream: string) => {
    this.#check('watermark')
    slotOf(this.#job, stream, 'source', 'store')
    const progress = this.#cluster.progress.streams.get(stream)
    if (progress !== undefined) return progress
    throw new TanagerError('unknown-slot', `job ${this.#job.name}: nobody reads what ${stream} passes on, so it is no stream`, {
      allowed: this.#plan.streams.map(({ name }) => name).join(', '),
    })
  }

  get now(): number {
    return this.#cluster.now
  }

  get history(): readonly string[] {
    return this.#cluster.history.map(lineOf)
  }

  get armed(): readonly string[] {
    return this.#fate.armed.map(faultText)
  }

  #arm(fault: Fault): void {
    this.#check(faultText(fault))
    if (fault.of !== undefined) slotOf(this.#job, fault.of, 'source', 'store', 'service', 'sink')
    this.#fate.arm(fault)
  }

  async #take(step: string, run: () => Promise<void>): Promise<void> {
    this.#check(step)
    this.#step = step
    try {
      await run()
    } finally {
      this.#step = undefined
    }
  }

  // Whoever forgets to wait would read what there was before, and never know.
  #check(what: string): void {
    if (this.#step === undefined) return
    throw new TanagerError('usage', `job ${this.#job.name}: ${what} while ${this.#step} is not over`, {
      remedy: `Wait for it: await app.${this.#step}`,
    })
  }
}

const sourceBound = (job: Job, name: string) =>
  new TanagerError('invalid-binding', `job ${job.name}: ${name} is a source, which a driver is given bit by bit`, {
    remedy: `Give its records to pipe('${name}', …).`,
  })

function milliseconds(what: string, value: number): number {
  if (Number.isFinite(value) && value >= 0) return value
  throw new TanagerError('invalid-option', what, { value, allowed: 'milliseconds, from 0 on' })
}
