import type { Clock } from './clock.ts'

/** What a runtime knows of time: in Node, a browser and elsewhere, `globalThis` has it. */
export interface Timers {
  readonly Date: { now(): number }
  setTimeout(run: () => void, milliseconds: number): unknown
  clearTimeout(timer: never): void
}

/**
 * The real clock, or whichever one a runtime has, under false timers say. It is given, not found: nothing of what a job
 * means has a clock of its own.
 *
 * ```ts
 * import { clockOf } from 'tanager/store'
 *
 * const clock = clockOf(globalThis)
 * await clock.sleep(10) // milliseconds
 * ```
 */
export function clockOf(timers: Timers): Clock {
  return {
    now: () => timers.Date.now(),
    sleep: (milliseconds, stop) =>
      new Promise<void>((resolve, reject) => {
        const early = () => {
          timers.clearTimeout(timer as never)
          reject(stop?.reason)
        }
        const timer = timers.setTimeout(() => {
          stop?.removeEventListener('abort', early)
          resolve()
        }, milliseconds)
        if (stop?.aborted) early()
        else stop?.addEventListener('abort', early, { once: true })
      }),
  }
}
