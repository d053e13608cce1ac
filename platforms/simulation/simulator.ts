import { type Engine, engineOf } from '../../core/engine/engine.ts'
import { Gate } from '../../core/engine/gate.ts'
import type { Pointer, Progress } from '../../core/engine/log.ts'
import type { AlarmState, Declared } from '../../core/engine/outputs/alarm.ts'
import type { EngineParts } from '../../core/engine/parts.ts'
import { reconcile } from '../../core/engine/reconcile.ts'
import type { Outcome, Scheduler } from '../../core/engine/scheduler.ts'
import { defaultCut, Sender } from '../../core/engine/sender.ts'
import { messageOf, TanagerError } from '../../core/error.ts'
import { unwatched } from '../../core/run/watch.ts'
import { Bag, type FailedWork, nameOf, type Work } from './bag.ts'
import type { Client } from './client.ts'
import type { Dice } from './dice.ts'
import type { Fate } from './fate.ts'
import { type Event, type Happening, lineOf } from './happening.ts'
import { Lookout } from './lookout.ts'
import { type Call, Network } from './network.ts'
import { type Owner, Task } from './task.ts'

export interface SimulatorParts extends Omit<EngineParts, 'scheduler' | 'drainsAtHand' | 'clock' | 'stores' | 'watch' | 'gate'> {
  /** Which of several steps comes next. */
  readonly dice: Dice
  readonly fate: Fate
  readonly clients: readonly Client[]
  readonly workers: number
  /** How often a pointer is tried before it is set aside. */
  readonly attempts: number
  /** How long lost work lies about until somebody looks for it, in milliseconds. */
  readonly reconcileEvery: number
  /** How long a step takes, in milliseconds. */
  readonly step: number
  /** After how many steps to give up. */
  readonly steps: number
  /** What is expected of what is written. */
  readonly declared: readonly Declared[]
  /** How far everything is, for who looks after that. */
  readonly progress: () => Progress
}

/** Who runs one pointer at a time. */
interface Worker extends Owner {
  engine: Engine
  work?: { readonly is: Work; readonly task: Task } | undefined
  /** Whether it is there at all. */
  up: boolean
}

/** How long a pointer waits after its first failure, in milliseconds; twice as long after each further one. */
const backoff = 10

/**
 * Runs clients, workers and the reconciler over one log, step by step. A step is one thing that somebody has asked of
 * the log, and all they do from then until they ask the next. Which step comes next is drawn, and so is what goes wrong.
 * The clock is nobody else's.
 */
export class Simulator implements Scheduler {
  readonly history: Happening[] = []
  readonly #parts: SimulatorParts
  readonly #network = new Network()
  readonly #bag = new Bag()
  readonly #workers: readonly Worker[]
  readonly #reconciler: Owner & { task: Task | undefined } = { who: 'reconciler', task: undefined, crash: () => this.#reconciled() }
  readonly #lookout: Lookout
  #reconcileAt: number
  #now = 0
  #broken: { readonly error: unknown } | undefined

  constructor(parts: SimulatorParts) {
    this.#parts = parts
    this.#reconcileAt = parts.reconcileEvery
    this.#workers = Array.from({ length: parts.workers }, (_, i) => this.#worker(`worker ${i + 1}`))
    const { plan, declared, progress } = parts
    this.#lookout = new Lookout({ job: plan.job, declared, progress, tell: (alarm) => this.#note('lookout', { kind: 'tells', alarm }) })
  }

  now = (): number => this.#now

  /** What failed for good; what depends on it has not happened. */
  get failed(): readonly FailedWork[] {
    return this.#bag.failed
  }

  /** The alarms that stand. */
  get alarms(): AlarmState {
    return this.#lookout.state
  }

  /**
   * Lets everything run until nothing is left to do.
   *
   * @throws TanagerError `timeout` if that does not come
   */
  async run(): Promise<void> {
    const { steps } = this.#parts
    this.#lookUntil(this.#now)
    for (let step = 0; step < steps; step++) {
      if (await this.#step()) continue
      const later = this.#later()
      if (later === undefined && (await this.#isDone())) return
      const next = later ?? this.#reconcileAt
      if (next === Number.POSITIVE_INFINITY) throw this.#stuck('there is work that nobody knows of')
      this.#lookUntil(next)
      this.#now = next
    }
    throw this.#stuck(`it goes on after ${steps} steps`)
  }

  /**
   * Lets everything happen that is due up to a time, and no more.
   *
   * @throws TanagerError `timeout` if that does not end
   */
  async runUntil(time: number): Promise<void> {
    const { steps } = this.#parts
    this.#lookUntil(this.#now)
    for (let step = 0; step < steps; step++) {
      if (await this.#step()) continue
      const later = this.#later()
      // Where nothing is left to do, nobody is told of a reconciler that looks for it a thousand times.
      if (later === undefined && (await this.#isDone())) return this.#passTo(time)
      const next = Math.min(later ?? Number.POSITIVE_INFINITY, this.#reconcileAt)
      if (next > time) return this.#passTo(time)
      this.#lookUntil(next)
      this.#now = next
    }
    throw this.#stuck(`it goes on after ${steps} steps`)
  }

  /** Lets so many steps happen, or as many as are due. */
  async runSteps(count: number): Promise<void> {
    this.#lookUntil(this.#now)
    for (let step = 0; step < count; step++) if (!(await this.#step())) return
  }

  #passTo(time: number): void {
    const { reconcileEvery } = this.#parts
    this.#lookUntil(time)
    this.#now = Math.max(this.#now, time)
    if (this.#reconcileAt <= this.#now) this.#reconcileAt = this.#now + reconcileEvery - ((this.#now - this.#reconcileAt) % reconcileEvery)
  }

  /** Looks at what is written, as often as it is time for that, for as long as there are workers that could. */
  #lookUntil(time: number): void {
    while (this.#lookout.next <= time && this.#workers.some(({ up }) => up)) {
      this.#now = Math.max(this.#now, this.#lookout.next)
      this.#lookout.look(this.#now)
    }
  }

  /** Ends workers, wherever they are. What they had in hand is found out and given to others, once there are any. */
  end(which: readonly number[] = this.#workers.map((_, i) => i)): void {
    for (const worker of which.map((i) => this.#workers[i] as Worker)) {
      if (!worker.up) continue
      this.#note(worker.who, { kind: 'is ended' })
      this.#leaveBehind(worker)
      if (worker.work !== undefined) worker.crash()
      worker.up = false
    }
  }

  /** Starts workers that are not there. The first thing they do is to look for work that was left behind, or lost. */
  start(which: readonly number[] = this.#workers.map((_, i) => i)): void {
    for (const worker of which.map((i) => this.#workers[i] as Worker)) {
      if (worker.up) continue
      this.#note(worker.who, { kind: 'is started' })
      worker.up = true
      this.#bag.findOut()
      this.#reconcileAt = this.#now
      this.#lookout.wake(this.#now)
    }
  }

  enqueue = async (pointers: readonly Pointer[]): Promise<void> => {
    for (const pointer of pointers) this.#tell(pointer)
  }

  /** One of all that may happen now; false if nothing may. */
  async #step(): Promise<boolean> {
    const calls = this.#network.due(this.#now)
    const idle = this.#workers.find(({ up, work }) => up && work === undefined)
    const waiting = idle === undefined ? [] : this.#bag.due(this.#now)
    const clients = this.#parts.clients.filter(({ next }) => next !== undefined)
    const looks = this.#reconcileAt <= this.#now && this.#reconciler.task === undefined
    const choices = calls.length + waiting.length + clients.length + (looks ? 1 : 0)
    if (choices === 0) return false
    this.#now += this.#parts.step
    const at = this.#parts.dice.below(choices)
    const [call, work, client] = [calls[at], waiting[at - calls.length], clients[at - calls.length - waiting.length]]
    if (call !== undefined) await this.#happen(call)
    else if (work !== undefined) await this.#work(idle as Worker, work)
    else if (client !== undefined) await this.#send(client)
    else await this.#reconcile()
    if (this.#broken !== undefined) throw this.#broken.error
    return true
  }

  /** When something may happen, if nothing may now. */
  #later(): number | undefined {
    const idle = this.#workers.some(({ up, work }) => up && work === undefined)
    const next = this.#network.underway.reduce((least, { from }) => Math.min(least, from), idle ? this.#bag.next : Number.POSITIVE_INFINITY)
    return next === Number.POSITIVE_INFINITY ? undefined : next
  }

  async #isDone(): Promise<boolean> {
    if (!this.#parts.clients.every(({ isDone }) => isDone)) return false
    // Whatever waits, waits for workers.
    if (!this.#workers.some(({ up }) => up)) return true
    const { pointers } = await this.#parts.log.pending(Number.POSITIVE_INFINITY)
    return pointers.every((pointer) => this.#bag.hasFailed(pointer))
  }

  #stuck(why: string): TanagerError {
    const last = this.history.slice(-40).map(lineOf).join('\n')
    return new TanagerError('timeout', `job ${this.#parts.plan.job}: the simulation does not come to rest: ${why}\n${last}`)
  }

  #note(who: string, event: Event): void {
    this.history.push({ at: this.#now, who, ...event })
  }

  #tell(pointer: Pointer): void {
    const { fate } = this.#parts
    const work = nameOf(pointer)
    if (fate.loses(pointer)) {
      this.#note('scheduler', { kind: 'loses', work })
      return
    }
    if (this.#bag.hasFailed(pointer)) return
    const twice = fate.doubles(pointer)
    if (this.#bag.knows(pointer) && !twice) return
    this.#note('scheduler', { kind: 'takes', work, twice })
    this.#bag.add(pointer)
    if (twice) this.#bag.add(pointer)
  }

  async #happen(call: Call): Promise<void> {
    const { fate, attempts } = this.#parts
    const { orphan, request } = call
    const { owner } = call.task
    if (!orphan && fate.dies(call)) return this.#die(owner, call)
    const work = this.#workers.find((worker) => worker === owner)?.work?.is
    const still = work === undefined || orphan || call.slow ? undefined : fate.standsStill(call)
    if (work !== undefined && still !== undefined) return this.#holdUp(call, work, still)
    const refused = call.of === 'outside' && !orphan && work !== undefined && fate.fails(call, work.attempt >= attempts)
    const { reply, resume } = await (refused ? this.#network.refuse(call) : this.#network.happen(call))
    this.#note(owner.who, { kind: 'asks', request, reply, orphan })
    await resume()
  }

  #die(owner: Owner, call: Call): void {
    this.#leaveBehind(owner)
    this.#note(owner.who, { kind: 'dies', request: call.request, lost: !call.orphan })
    owner.crash()
    const worker = this.#workers.find((worker) => worker === owner)
    if (worker !== undefined && !this.#parts.fate.replaces()) worker.up = false
  }

  /** What somebody has asked for happens without them, or not at all. */
  #leaveBehind(owner: Owner): void {
    for (const call of this.#network.of(owner)) {
      const after = this.#parts.fate.afterDeath(call)
      if (after === undefined) this.#network.drop(call)
      else {
        call.orphan = true
        call.from = this.#now + after
      }
    }
  }

  /** A worker that stands still for a while is taken for dead, and when it goes on, somebody else has its work too. */
  #holdUp(call: Call, work: Work, milliseconds: number): void {
    this.#note(call.task.owner.who, { kind: 'is held up', request: call.request })
    call.slow = true
    call.from = this.#now + milliseconds
    this.#bag.double(work)
  }

  #worker(who: string): Worker {
    const worker: Worker = {
      who,
      up: true,
      engine: this.#engine(() => worker.work?.task as Task),
      crash: () => {
        this.#bag.leave(this.#leave(worker), this.#now + this.#parts.fate.findsOut())
        // Whoever takes its place is another process, in which nobody waits for anything.
        worker.engine = this.#engine(() => worker.work?.task as Task)
      },
    }
    return worker
  }

  #engine(task: () => Task): Engine {
    const { log, services, sinks } = this.#parts
    return engineOf({
      ...this.#parts,
      scheduler: this,
      drainsAtHand: false,
      log: this.#network.logOf(task, log),
      clock: this.#network.clockOf(task, this.now),
      services: (name) => this.#network.serviceOf(task, name, services(name)),
      sinks: (name) => {
        const sink = sinks(name)
        return sink === undefined ? undefined : this.#network.sinkOf(task, name, sink)
      },
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
    this.#note(worker.who, { kind: 'begins', work: work.name, attempt: work.attempt })
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
      this.#note(worker.who, { kind: 'has done', work: work.name })
      this.#bag.finish(work)
    } else {
      this.#note(worker.who, { kind: 'puts off', work: work.name })
      this.#bag.again(work, this.#now + outcome.milliseconds)
    }
  }

  #failed(worker: Worker, error: unknown): void {
    const work = this.#leave(worker)
    const last = work.attempt >= this.#parts.attempts
    this.#note(worker.who, { kind: 'fails', work: work.name, error, last })
    if (last) this.#bag.fail(work, messageOf(error))
    else this.#bag.again(work, this.#now + backoff * 2 ** work.attempt, work.attempt + 1)
  }

  async #send(client: Client): Promise<void> {
    const { log, fate } = this.#parts
    const at = client.next as number
    const task = new Task(client)
    const here = () => task
    const records = client.send(at)
    this.#note(client.who, { kind: 'sends', batch: at + 1, records })
    const sender = new Sender({
      log: this.#network.logOf(here, { append: log.append }),
      scheduler: this,
      clock: this.#network.clockOf(here, this.now),
      writer: client.who,
      cut: () => defaultCut,
    })
    await task.start(
      () => sender.sendOnce(client.stream, records, client.who, at + 1),
      () => {
        client.accepted(at)
        if (fate.doubles(client)) client.again(at)
      },
      (error) => {
        client.again(at)
        if (!(error instanceof TanagerError && error.code === 'writer-gap')) this.#broken = { error }
      },
    )
  }

  async #reconcile(): Promise<void> {
    const task = new Task(this.#reconciler)
    const { pending } = this.#parts.log
    this.#reconciler.task = task
    await task.start(
      () =>
        reconcile(
          this.#network.logOf(() => task, { pending }),
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
