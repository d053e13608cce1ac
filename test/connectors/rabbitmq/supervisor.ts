import { isSome, none } from 'fp-ts/lib/Option.js'
import type { BatchLimits, OpenSource, RefusedRecord, SourceReader } from 'tanager'

/** What the engine does with a reader, in a few lines: a log in memory, and a reader that is opened again when it fails. */
export class Supervisor {
  /** Every record that was appended, in order. */
  readonly records: string[] = []
  readonly refused: RefusedRecord[] = []
  readonly failures: unknown[] = []
  /** Records without those whose id had been seen. */
  readonly once: string[] = []
  readonly #seen = new Set<string>()
  readonly #reader: SourceReader
  readonly #limits: BatchLimits
  #source: OpenSource | undefined
  #stopped = false
  #running: Promise<void> | undefined

  constructor(reader: SourceReader, limits: BatchLimits) {
    this.#reader = reader
    this.#limits = limits
  }

  start(): void {
    this.#running = this.#run()
  }

  async stop(): Promise<void> {
    this.#stopped = true
    await this.#source?.close()
    await this.#running
  }

  async #run(): Promise<void> {
    while (!this.#stopped) {
      try {
        this.#source = await this.#reader.open({ position: none, batch: this.#limits })
        if (this.#stopped) return await this.#source.close()
        while (await this.step(this.#source)) {}
      } catch (error) {
        this.failures.push(error)
        await new Promise((resolve) => setTimeout(resolve, 50 + Math.random() * 50))
      } finally {
        await this.#source?.close()
      }
    }
  }

  /** Appends one batch; `false` once there are no more. */
  async step(source: OpenSource, acknowledged = true): Promise<boolean> {
    const batch = await source.next()
    if (batch === undefined) return false
    batch.records.forEach((record, i) => {
      this.records.push(record)
      const id = batch.ids?.[i] ?? none
      if (isSome(id) && this.#seen.has(id.value)) return
      if (isSome(id)) this.#seen.add(id.value)
      this.once.push(record)
    })
    this.refused.push(...(batch.refused ?? []))
    if (acknowledged) await source.acknowledge(batch)
    return true
  }
}
