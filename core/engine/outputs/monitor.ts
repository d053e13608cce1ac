import type { Clock } from '../../contract/clock.ts'
import type { Log } from '../log.ts'
import type { Alarm, AlarmState, Declared } from './alarm.ts'
import { lookAt, type Memory, stateOf } from './look.ts'

export interface MonitorParts {
  readonly job: string
  readonly declared: readonly Declared[]
  readonly log: Pick<Log, 'lease' | 'progress' | 'note' | 'noted'>
  readonly clock: Clock
  /** Unique to this monitor, now and ever. */
  readonly name: string
  /** Told of each alarm, when it begins and when it is over; twice, if its worker dies the next moment. */
  readonly tell: (alarm: Alarm) => void
  /** Told of a look that failed. The next one comes all the same. */
  readonly failed: (error: unknown) => void
}

/** Where the memory of the last look is: a note, and the right to look. */
const place = 'alarms'
const parts = 12
const most = 5000

/**
 * Looks at all outputs every few seconds, on one worker of all, and tells of alarms. What it remembers is in the log: who
 * looks next, after this worker has gone, goes on from there.
 */
export class Monitor {
  readonly #parts: MonitorParts
  readonly #stop = new AbortController()
  readonly #every: number
  #running: Promise<void> | undefined

  constructor(parts: MonitorParts) {
    this.#parts = parts
    this.#every = everyOf(parts.declared)
  }

  start(): void {
    this.#running ??= this.#run()
  }

  async stop(): Promise<void> {
    this.#stop.abort()
    await this.#running
  }

  async #run(): Promise<void> {
    const { log, clock, name, failed } = this.#parts
    let holds = false
    while (!this.#stop.signal.aborted) {
      try {
        holds = await log.lease(place, name, 3 * this.#every + 1000)
        if (holds) await this.#look()
      } catch (error) {
        if (!this.#stop.signal.aborted) failed(error)
      }
      await clock.sleep(this.#every, this.#stop.signal).catch(() => {})
    }
    // Who comes next need not wait until the lease has run out.
    if (holds) await log.lease(place, name, 1).catch(() => {})
  }

  async #look(): Promise<void> {
    const { job, declared, log, clock, tell } = this.#parts
    const before = await remembered(log)
    const progress = await log.progress()
    const { memory, told } = lookAt(job, declared, before, progress, clock.now())
    // First told, then written down: an alarm that is told twice is better than one that is not told.
    for (const alarm of told) tell(alarm)
    await log.note(place, JSON.stringify(memory))
  }
}

/** Often enough for the shortest interval. */
export const everyOf = (declared: readonly Declared[]) => Math.ceil(Math.min(most, ...declared.map(({ range }) => range.per / parts)))

async function remembered(log: Pick<Log, 'noted'>): Promise<Memory | undefined> {
  const text = await log.noted(place)
  return text === undefined ? undefined : (JSON.parse(text) as Memory)
}

/** The alarms that stand, for whoever asks. */
export const alarmsIn = async (log: Pick<Log, 'noted'>): Promise<AlarmState> => stateOf(await remembered(log))
