import { setMaxListeners } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'

/** Waits that end, by a rejection, when the run is called off. */
export interface Patience {
  readonly sleep: (milliseconds: number) => Promise<void>
  /** Whether something has come about within so many milliseconds. */
  readonly until: (reached: () => boolean, limit: number) => Promise<boolean>
  readonly orCalledOff: <T>(waiting: Promise<T>) => Promise<T>
}

export function patienceOf(signal: AbortSignal = new AbortController().signal): Patience {
  // Every fault that is on listens to it.
  setMaxListeners(0, signal)
  const calledOff = new Promise<never>((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)))
  calledOff.catch(() => {})
  const calm = (milliseconds: number) =>
    sleep(milliseconds, undefined, { signal }).catch(() => {
      throw signal.reason
    })
  return {
    sleep: calm,
    until: async (reached, limit) => {
      for (const begin = performance.now(); performance.now() - begin < limit; ) {
        if (reached()) return true
        await calm(20)
      }
      return reached()
    },
    orCalledOff: (waiting) => Promise.race([waiting, calledOff]),
  }
}
