import type { Clock } from '../../core/contract/clock.ts'
import type { Service } from '../../core/contract/service.ts'
import type { Sink } from '../../core/contract/sink.ts'
import type { Log } from '../../core/engine/log.ts'
import { TanagerError } from '../../core/error.ts'
import type { Reply, Request } from './happening.ts'
import type { Owner, Task } from './task.ts'

/** Something a task has asked for and waits for. */
export interface Call {
  readonly task: Task
  readonly request: Request
  /** Who is asked: outside are services and sinks, which may fail. */
  readonly of: 'log' | 'outside' | 'clock'
  /** What happens; nothing, if only time has to pass. */
  readonly effect?: () => Promise<unknown>
  readonly reply: (answer?: unknown) => void
  readonly fail: (error: unknown) => void
  /** It does not happen before this time. */
  from: number
  /** Whoever asked has died; the call is on its way all the same. */
  orphan: boolean
  /** It was held up once. */
  slow: boolean
}

/** Whose calls they are. */
export type Caller = () => Task

/** The calls under way between tasks and what they share. They happen one by one, in whatever order they are picked. */
export class Network {
  readonly #calls: Call[] = []

  /** The log, or some of it, as a task reaches it: each of its steps waits here until it is picked. */
  logOf<L extends Partial<Log>>(caller: Caller, log: L): L {
    const methods = Object.entries(log) as readonly (readonly [string, (...args: readonly unknown[]) => Promise<unknown>])[]
    const calls = methods.map(([verb, method]) => [
      verb,
      (...args: readonly unknown[]) => this.#call(caller(), 'log', { verb, args }, 0, () => method(...args)),
    ])
    return Object.fromEntries(calls) as L
  }

  serviceOf(caller: Caller, name: string, service: Service<unknown, unknown>): Service<unknown, unknown> {
    return {
      multiGet: (keys) =>
        this.#call(caller(), 'outside', { verb: `the service ${name}`, args: [keys] }, 0, () => service.multiGet(keys)) as ReturnType<
          typeof service.multiGet
        >,
    }
  }

  sinkOf(caller: Caller, name: string, sink: Sink<unknown>): Sink<unknown> {
    return {
      write: async (items, token) => {
        await this.#call(caller(), 'outside', { verb: `the sink ${name}`, args: [token.sequence] }, 0, () => sink.write(items, token))
      },
    }
  }

  clockOf(caller: Caller, now: () => number): Clock {
    return {
      now,
      sleep: async (milliseconds) => {
        await this.#call(caller(), 'clock', { verb: 'wait', args: [milliseconds, 'ms'] }, now() + milliseconds)
      },
    }
  }

  #call(task: Task, of: Call['of'], request: Request, from: number, effect?: Call['effect']): Promise<unknown> {
    return new Promise((reply, fail) => {
      this.#calls.push({ task, of, request, from, reply, fail, orphan: false, slow: false, ...(effect === undefined ? {} : { effect }) })
      task.pause()
    })
  }

  get underway(): readonly Call[] {
    return this.#calls
  }

  due(now: number): readonly Call[] {
    return this.#calls.filter(({ from }) => from <= now)
  }

  of(owner: Owner): readonly Call[] {
    return this.#calls.filter((call) => call.task.owner === owner && !call.orphan)
  }

  drop(call: Call): void {
    this.#calls.splice(this.#calls.indexOf(call), 1)
  }

  /** Lets a call happen; `resume` has its caller go on from there, unless that is dead. */
  async happen(call: Call): Promise<{ readonly reply: Reply; readonly resume: () => Promise<void> }> {
    this.drop(call)
    let reply: Reply
    try {
      reply = { answer: await call.effect?.() }
    } catch (error) {
      reply = { error }
    }
    return { reply, resume: () => this.#resume(call, reply) }
  }

  /** Has a call fail without anything happening. */
  async refuse(call: Call): Promise<{ readonly reply: Reply; readonly resume: () => Promise<void> }> {
    this.drop(call)
    const reply = { error: new TanagerError('service', `${call.request.verb} cannot be reached for a moment`) }
    return { reply, resume: () => this.#resume(call, reply) }
  }

  async #resume(call: Call, reply: Reply): Promise<void> {
    if (call.orphan) return
    await call.task.go(() => ('error' in reply ? call.fail(reply.error) : call.reply(reply.answer)))
  }
}
