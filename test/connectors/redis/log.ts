import { isSome, none, type Option } from 'fp-ts/lib/Option.js'
import type { BatchLimits, OpenSource, RefusedRecord, SourceReader } from 'tanager'

/** What the engine does with a reader, in a few lines: a log in memory, which knows where it is and which ids it has seen. */
export class TestLog {
  readonly records: string[] = []
  readonly refused: RefusedRecord[] = []
  position: Option<string> = none
  readonly #seen = new Set<string>()

  open(reader: SourceReader, limits: Partial<BatchLimits> = {}): Promise<OpenSource> {
    return reader.open({ position: this.position, batch: { records: 100, length: 1 << 20, linger: 0, ...limits } })
  }

  /** Appends one batch, and acknowledges it, unless the reader dies in between. Answers how many records were new. */
  async take(source: OpenSource, dies = false): Promise<number> {
    const batch = await source.next()
    if (batch === undefined) throw new Error('there is no more')
    const before = this.records.length
    batch.records.forEach((record, i) => {
      const id = batch.ids?.[i] ?? none
      if (isSome(id) && this.#seen.has(id.value)) return
      if (isSome(id)) this.#seen.add(id.value)
      this.records.push(record)
    })
    this.refused.push(...(batch.refused ?? []))
    this.position = batch.position
    if (!dies) await source.acknowledge(batch)
    return this.records.length - before
  }

  /** Takes batches until there are so many records. */
  async until(source: OpenSource, count: number): Promise<void> {
    while (this.records.length < count) await this.take(source)
  }
}
