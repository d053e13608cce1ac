import { type Engine, engineOf } from '../../core/engine/engine.ts'
import { Gate } from '../../core/engine/gate.ts'
import type { Pointer } from '../../core/engine/log.ts'
import type { EngineParts } from '../../core/engine/parts.ts'
import { reconcile } from '../../core/engine/reconcile.ts'
import type { Outcome, Scheduler } from '../../core/engine/scheduler.ts'
import { defaultCut, Sender } from '../../core/engine/sender.ts'
import { messageOf, TanagerError } from '../../core/error.ts'
import { unwatched } from '../../core/run/watch.ts'
import { Bag, type FailedWork, nameOf, type Work } from './bag.ts'
import type { Client } from './client.ts'
import { type Call, Network } from './network.ts'
import type { Random } from './random.ts'
import { type Owner, Task } from './task.ts'

/** What goes wrong, as probabilities from 0 to 1. */
export interface Faults {
  /** Of each step somebody asks of the log: that they die with it. The step happens, now or later, or does not. */
  readonly crashes: number
  /** Of each step: that it takes so long that somebody else is given the same work. Of each pointer and batch: that it comes twice. */
  readonly duplicates: number
  /** Of each pointer the scheduler is told of: that it is lost. */
  readonly losses: number
}

export interface SimulatorParts extends Omit<EngineParts, 'scheduler' | 'clock' | 'stores' | 'watch' | 'gate'> {
  readonly random: Random
  readonly faults: Faults
  readonly clients: readonly Client[]
  readonly workers: number
  /** How often a pointer is tried before it is set aside. */
  readonly attempts: number
  /** How long lost work lies about until somebody looks for it, in milliseconds. */
  readonly reconcileEvery: number
  /** After how many steps to give up. */
  readonly steps: number
}

/** Who runs one pointer at a time. */
interface Worker extends Owner {
  engine: Engine
  work?: { readonly is: Work; readonly task: Task } | undefined
}

/** How long at most a slow call takes, and a dead worker's work is kept from others, in milliseconds. */
const slow = 100
const backoff = 10

/**
 * Runs clients, workers and the reconciler over one log, step by step. A step is one thing that somebody has asked of
 * the log, and all they do from then until they ask the next. Which step comes next is drawn, and so is what goes wrong.
 * A step takes a millisecond of a clock that is nobody else's.
 */
export class Simulator implements Scheduler {
  readonly history: string[] = []
  readonly #parts: SimulatorParts
  readonly #network = new Network()
  readonly #bag = new Bag()
  readonly #workers: readonly Worker[]
  readonly #reconciler: Owner & { task: Task | undefined } = { who: 'reconciler', task: undefined, crash: () => this.#reconciled() }
  #reconcileAt: number
  #now = 0
  #broken: { readonly error: unknown } | undefined

  constructor(parts: SimulatorParts) {
    this.#parts = parts
    this.#reconcileAt = parts.reconcileEvery
    this.#workers = Array.from({ length: parts.workers }, (_, i) => this.#worker(`worker ${i + 1}`))
  }

  now = (): number => this.#now

  /** What failed for good; what depends on it has not happened. */
  get failed(): readonly FailedWork[] {
    return this.#bag.failed
  }

  /**
   * Lets everything run until nothing is left to do.
   *
   * @throws TanagerError `timeout` if that does not come
   */
  async run(): Promise<void> {
    const { steps } = this.#parts
    for (let step = 0; step < steps; step++) {
      const choices = this.#choices()
      if (choices.length > 0) {
        this.#now += 1
        await this.#parts.random.pick(choices)()
        if (this.#broken !== undefined) throw this.#broken.error
      } else {
        const later = this.#later()
        if (later === undefined && (await this.#isDone())) return
        this.#now = later ?? this.#reconcileAt
        if (this.#now === Number.POSITIVE_INFINITY) throw this.#stuck('there is work that nobody knows of')
      }
    }
    throw this.#stuck(`it goes on after ${steps} steps`)
  }

  enqueue = async (pointers: readonly Pointer[]): Promise<void> => {
    for (const pointer of pointers) this.#tell(pointer)
  }

  /** What may happen next. */
  #choices(): readonly (() => Promise<void>)[] {
    const due = ({ from }: { readonly from: number }) => from <= this.#now
    const idle = this.#workers.find(({ work }) => work === undefined)
    return [
      ...this.#network.underway.filter(due).map((call) => () => this.#happen(call)),
      ...(idle === undefined ? [] : this.#bag.waiting.filter(due).map((work) => () => this.#work(idle, work))),
      ...this.#parts.clients.flatMap((client) => {
        const { next } = client
        return next === undefined ? [] : [() => this.#send(client, next)]
      }),
      ...(due({ from: this.#reconcileAt }) && this.#reconciler.task === undefined ? [() => this.#reconcile()] : []),
    ]
  }

  /** When something may happen, if nothing may now. */
  #later(): number | undefined {
    const idle = this.#workers.some(({ work }) => work === undefined)
    const times = [...this.#network.underway, ...(idle ? this.#bag.waiting : [])].map(({ from }) => from)
    return times.length === 0 ? undefined : Math.min(...times)
  }

  async #isDone(): Promise<boolean> {
    const { pointers } = await this.#parts.log.pending(Number.POSITIVE_INFINITY)
    return this.#parts.clients.every(({ isDone }) => isDone) && pointers.every((pointer) => this.#bag.hasFailed(pointer))
  }

  #stuck(why: string): TanagerError {
    return new TanagerError(
      'timeout',
      `job ${this.#parts.plan.job}: the simulation does not come to rest: ${why}\n${this.history.slice(-40).join('\n')}`,
    )
  }

  #note(who: string, what: string): void {
    this.history.push(`${String(this.#now).padStart(5)} ms  ${who}: ${what}`)
  }

  #tell(pointer: Pointer): void {
    const { random, faults } = this.#parts
    if (random.chance(faults.losses)) {
      this.#note('scheduler', `loses ${nameOf(pointer)}`)
      return
    }
    if (this.#bag.hasFailed(pointer)) return
    const twice = random.chance(faults.duplicates)
    if (this.#bag.knows(pointer) && !twice) return
    this.#note('scheduler', `takes ${nameOf(pointer)}${twice ? ', twice' : ''}`)
    this.#bag.add(pointer)
    if (twice) this.#bag.add(pointer)
  }

  async #happen(call: Call): Promise<void> {
    const { random, faults } = this.#parts
    const { owner } = call.task
    if (!call.orphan && random.chance(faults.crashes)) return this.#crash(owner, call)
    const work = this.#workers.find((worker) => worker === owner)?.work
    if (work !== undefined && !call.orphan && !call.slow && random.chance(faults.duplicates)) return this.#holdUp(call, work.is)
    await this.#network.happen(call, (word) => this.#note(owner.who, `${call.what}: ${word}${call.orphan ? ', and nobody hears it' : ''}`))
  }

  #crash(owner: Owner, { what }: Call): void {
    this.#note(owner.who, `dies waiting for ${what}`)
    for (const call of this.#network.of(owner)) {
      if (call.effect === undefined || this.#parts.random.chance(0.5)) this.#network.drop(call)
      else {
        call.orphan = true
        call.from = this.#soon()
      }
    }
    owner.crash()
  }

  /** A worker that stands still for a while is taken for dead, and when it goes on, somebody else has its work too. */
  #holdUp(call: Call, work: Work): void {
    this.#note(call.task.owner.who, `is held up at ${call.what}`)
    call.slow = true
    call.from = this.#soon()
    this.#bag.double(work)
  }

  #soon(): number {
    return this.#now + this.#parts.random.below(slow)
  }

  #worker(who: string): Worker {
    const worker: Worker = {
      who,
      engine: this.#engine(() => worker.work?.task as Task),
      crash: () => {
        this.#bag.again(this.#leave(worker), this.#soon())
        // Whoever takes its place is another process, in which nobody waits for anything.
        worker.engine = this.#engine(() => worker.work?.task as Task)
      },
    }
    return worker
  }

  #engine(task: () => Task): Engine {
    return engineOf({
      ...this.#parts,
      scheduler: this,
      log: this.#network.logOf(task, this.#parts.log),
      clock: this.#network.clockOf(task, this.now),
      stores: () => undefined,
      watch: unwatched,
      gate: new Gate(),
    })
  }

  async #work(worker: Worker, work: Work): Promise<void> {
    const task = new Task(worker)
    const last = work.attempt >= this.#parts.attempts
    worker.work = { is: work, task }
    this.#bag.take(work)
    this.#note(worker.who, `begins ${work.name}${work.attempt > 1 ? `, attempt ${work.attempt}` : ''}`)
    await task.start(
      // Workers die of what is drawn here, never of their work: nobody is to look for the cause in that.
      () => worker.engine.handle(work.pointer, { last, deaths: 0 }),
      (outcome) => this.#finished(worker, outcome),
      (error) => this.#failed(worker, error),
    )
  }

  #leave(worker: Worker): Work {
    const work = worker.work?.is as Work
    worker.work = undefined
    return work
  }

  #finished(worker: Worker, outcome: Outcome): void {
    const work = this.#leave(worker)
    if (outcome.status === 'done') {
      this.#note(worker.who, `has done ${work.name}`)
      this.#bag.finish(work)
    } else {
      this.#note(worker.who, `puts ${work.name} off`)
      this.#bag.again(work, this.#now + outcome.milliseconds)
    }
  }

  #failed(worker: Worker, error: unknown): void {
    const work = this.#leave(worker)
    this.#note(worker.who, `fails at ${work.name}: ${messageOf(error)}`)
    if (work.attempt < this.#parts.attempts) this.#bag.again(work, this.#now + backoff * 2 ** work.attempt, work.attempt + 1)
    else this.#bag.fail(work, messageOf(error))
  }

  async #send(client: Client, at: number): Promise<void> {
    const { log, random, faults } = this.#parts
    const task = new Task(client)
    const here = () => task
    this.#note(client.who, `sends batch ${at + 1}`)
    const sender = new Sender({
      log: this.#network.logOf(here, log),
      scheduler: this,
      clock: this.#network.clockOf(here, this.now),
      writer: client.who,
      cut: () => defaultCut,
    })
    await task.start(
      () => sender.sendOnce(client.stream, client.send(at), client.who, at + 1),
      () => {
        client.accepted(at)
        if (random.chance(faults.duplicates)) client.again(at)
      },
      (error) => {
        client.again(at)
        if (!(error instanceof TanagerError && error.code === 'writer-gap')) this.#broken = { error }
      },
    )
  }

  async #reconcile(): Promise<void> {
    const task = new Task(this.#reconciler)
    this.#reconciler.task = task
    await task.start(
      () =>
        reconcile(
          this.#network.logOf(() => task, this.#parts.log),
          this,
        ),
      () => this.#reconciled(),
      (error) => {
        this.#broken = { error }
      },
    )
  }

  #reconciled(): void {
    this.#reconciler.task = undefined
    this.#reconcileAt = this.#now + this.#parts.reconcileEvery
  }
}
