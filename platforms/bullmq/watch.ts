import { setImmediate as nextTurn } from 'node:timers/promises'
import { Script } from 'node:vm'
import { TanagerError } from '../../core/error.ts'
import type { Watch } from '../../core/run/watch.ts'

/** How long users' functions may take before they are taken for hung. */
export interface Patience {
  /**
   * For a batch that has left a worker without a word: how long its functions may run without a pause before each record is
   * looked at by itself, and those of one record before it is given up; milliseconds.
   */
  readonly running: number
  /** How long a service, a mapAsync or a sink may take to answer; milliseconds. */
  readonly waiting: number
  /** How long a worker's process may stand still before it is ended, so that another takes its place; milliseconds. */
  readonly standstill: number
}

// The only thing in Node that can end a loop without end is a script with a timeout: it ends whatever runs beneath it,
// regular expressions and all, past every catch and finally. So there is one script, which calls what is to be watched.
// A process or thread for the functions could be ended too, but would have to be given every record and every result.
const door = Symbol.for('tanager.watched')
const script = new Script("globalThis[Symbol.for('tanager.watched')]()", { filename: 'tanager:watch' })
const room = globalThis as { [door]?: () => void }

/** What shows that a process is alive: it beats when work begins, and rests when it is over. */
export interface Heart {
  readonly beat: () => void
  readonly rest: () => void
}

/** Watches with the clock of the runtime: it starts a thread for each run, and ends it, which takes longer than many a batch. */
export function watchOf({ running, waiting }: Patience, heart: Heart = { beat: () => {}, rest: () => {} }): Watch {
  return {
    see: (work) => {
      heart.beat()
      try {
        return work()
      } finally {
        heart.rest()
      }
    },
    run: (work) => {
      let result: { readonly is: ReturnType<typeof work> } | undefined
      room[door] = () => {
        result = { is: work() }
      }
      try {
        script.runInThisContext({ timeout: running })
      } catch (error) {
        if ((error as { readonly code?: unknown } | undefined)?.code !== 'ERR_SCRIPT_EXECUTION_TIMEOUT') throw error
        throw new TanagerError('hung', `a function did not come to an end within ${running} ms`, {
          remedy: 'Where it needs longer, raise limits.running, or cut smaller batches.',
        })
      }
      return (result as unknown as { readonly is: ReturnType<typeof work> }).is
    },
    wait: async (answer) => {
      let timer: NodeJS.Timeout | undefined
      const late = new Promise<never>((_, reject) => {
        timer = setTimeout(() => {
          reject(new TanagerError('timeout', `no answer within ${waiting} ms`, { remedy: 'Where it needs longer, raise limits.waiting.' }))
        }, waiting)
      })
      try {
        return await Promise.race([answer, late])
      } finally {
        clearTimeout(timer)
      }
    },
    breathe: () => nextTurn(),
  }
}
