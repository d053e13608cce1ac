import { unframe } from '../../core/engine/frame.ts'
import { batchesOf, type Log, type Pointer } from '../../core/engine/log.ts'

/** A batch that a log has accepted, and how often the log has said that it is committed now. */
export interface Batch {
  readonly stream: string
  readonly sequence: number
  readonly commits: number
}

/** Watches a log, and remembers what the log itself forgets once it is done. */
export class Witness {
  readonly #commits = new Map<string, Batch>()
  /** The records of each store's output, in order. */
  readonly #emitted = new Map<string, string[]>()

  watch(log: Log): Log {
    return {
      ...log,
      append: async (batch) => {
        const appended = await log.append(batch)
        if (appended.status === 'appended') this.#accepted(batch.stream, appended.sequence)
        return appended
      },
      commitStage: async (commit) => {
        const committed = await log.commitStage(commit)
        if (committed.status === 'committed') for (const { sequence } of batchesOf(commit)) this.#committed(commit.stream, sequence)
        return committed
      },
      commitSum: async (commit) => {
        const committed = await log.commitSum(commit)
        if (committed.status === 'committed' && commit.output !== undefined) {
          this.#emit(commit.store, unframe(commit.output.payload))
          for (const pointer of committed.pointers) if (isStage(pointer)) this.#accepted(pointer.stream, pointer.sequence)
        }
        return committed
      },
    }
  }

  get batches(): readonly Batch[] {
    return [...this.#commits.values()]
  }

  emittedBy(store: string): readonly string[] {
    return this.#emitted.get(store) ?? []
  }

  #accepted(stream: string, sequence: number): void {
    this.#commits.set(`${stream} ${sequence}`, { stream, sequence, commits: 0 })
  }

  #committed(stream: string, sequence: number): void {
    const id = `${stream} ${sequence}`
    const commits = this.#commits.get(id)?.commits ?? 0
    this.#commits.set(id, { stream, sequence, commits: commits + 1 })
  }

  #emit(store: string, records: readonly string[]): void {
    const emitted = this.#emitted.get(store)
    if (emitted === undefined) this.#emitted.set(store, [...records])
    else emitted.push(...records)
  }
}

const isStage = (pointer: Pointer): pointer is Extract<Pointer, { readonly kind: 'stage' }> => pointer.kind === 'stage'
