import type { Log, StageCommitted } from './log.ts'

/**
 * Keeps a stage from working in vain. A batch that found an inbox full was run for nothing, and so would the next one be,
 * and the same again: where drains are what takes the time, a batch would be run over and over until there is room. So
 * once one was turned away, those that come look for room first, and go one at a time, until one is committed. That costs
 * nothing where there is room; to keep what was computed instead would cost the memory of all that waits.
 */
export class Crowding {
  readonly #plain: ReadonlySet<string>
  #full: { readonly store: string; readonly partition: number } | undefined
  #turn: Promise<unknown> = Promise.resolve()

  /** @param plain stores whose inboxes take what comes in any order: into others some may go although they are full */
  constructor(plain: ReadonlySet<string>) {
    this.#plain = plain
  }

  /** Told of what became of each commit. */
  saw(committed: StageCommitted): void {
    if (committed.status === 'committed') this.#full = undefined
    if (committed.status !== 'full' || committed.where !== 'inbox') return
    const { name: store, partition } = committed
    this.#full = store !== undefined && partition !== undefined && this.#plain.has(store) ? { store, partition } : undefined
  }

  /** Does the work, unless there is no room for what it would come to. */
  pass<A, B>(log: Pick<Log, 'hasRoom'>, work: () => Promise<A>, otherwise: B): Promise<A | B> {
    if (this.#full === undefined) return work()
    const passed = this.#turn.then(async () => {
      const full = this.#full
      return full === undefined || (await log.hasRoom(full.store, full.partition)) ? work() : otherwise
    })
    this.#turn = passed.catch(() => {})
    return passed
  }
}
