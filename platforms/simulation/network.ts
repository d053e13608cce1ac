import type { Clock } from '../../core/contract/clock.ts'
import type { Log } from '../../core/engine/log.ts'
import { messageOf } from '../../core/error.ts'
import type { Owner, Task } from './task.ts'

/** Something a task has asked for and waits for. */
export interface Call {
  readonly task: Task
  readonly what: string
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

/** The calls under way between tasks and what they share. They happen one by one, in whatever order they are picked. */
export class Network {
  readonly #calls = new Set<Call>()

  /** The log as a task reaches it: each of its steps waits here until it is picked. */
  logOf(task: () => Task, log: Log): Log {
    const methods = Object.entries(log) as readonly (readonly [string, (...args: readonly unknown[]) => Promise<unknown>])[]
    const calls = methods.map(([name, method]) => [
      name,
      (...args: readonly unknown[]) => this.#call(task(), [name, ...args.flatMap(words)].join(' '), 0, () => method(...args)),
    ])
    return Object.fromEntries(calls) as Log
  }

  clockOf(task: () => Task, now: () => number): Clock {
    return {
      now,
      sleep: async (milliseconds) => {
        await this.#call(task(), `wait ${milliseconds} ms`, now() + milliseconds)
      },
    }
  }

  #call(task: Task, what: string, from: number, effect?: Call['effect']): Promise<unknown> {
    return new Promise((reply, fail) => {
      this.#calls.add({ task, what, from, reply, fail, orphan: false, slow: false, ...(effect === undefined ? {} : { effect }) })
      task.pause()
    })
  }

  get underway(): readonly Call[] {
    return [...this.#calls]
  }

  of(owner: Owner): readonly Call[] {
    return this.underway.filter((call) => call.task.owner === owner && !call.orphan)
  }

  drop(call: Call): void {
    this.#calls.delete(call)
  }

  /**
   * Lets a call happen, and then its caller, if it lives, go on from there.
   *
   * @param told hears what came of it, in a word
   */
  async happen(call: Call, told: (word: string) => void): Promise<void> {
    this.#calls.delete(call)
    let resume: () => void
    try {
      const answer = await call.effect?.()
      told(wordOf(answer))
      resume = () => call.reply(answer)
    } catch (error) {
      told(messageOf(error))
      resume = () => call.fail(error)
    }
    if (!call.orphan) await call.task.go(resume)
  }
}

const telling = ['stream', 'writer', 'writerSequence', 'sequence', 'store', 'partition', 'position'] as const

/** What of a call's arguments tells one call from another. */
function words(argument: unknown): readonly (string | number)[] {
  if (typeof argument === 'string' || typeof argument === 'number') return [argument]
  if (typeof argument !== 'object' || argument === null || Array.isArray(argument)) return []
  const fields = argument as Readonly<Record<string, unknown>>
  return telling.flatMap((name) => words(fields[name]))
}

function wordOf(answer: unknown): string {
  if (typeof answer !== 'object' || answer === null) return answer === undefined ? 'nothing' : String(answer)
  if ('status' in answer) return String(answer.status)
  if ('entries' in answer && Array.isArray(answer.entries)) return `${answer.entries.length} entries`
  return 'found'
}
