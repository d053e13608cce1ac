/**
 * What the records of a batch are about to do, column by column, in the order they came to it. Needed where records wait
 * at a barrier: only when all are through is it known which are good, and their effects must come in the order of the
 * records, not in that of the barriers.
 */
export class Effects {
  /** Which output, by its place among the stage's outputs. */
  readonly output: number[] = []
  readonly key: unknown[] = []
  readonly value: unknown[] = []
  /** Which record, by its place in the batch. */
  readonly record: number[] = []

  add(output: number, key: unknown, value: unknown, record: number): void {
    this.output.push(output)
    this.key.push(key)
    this.value.push(value)
    this.record.push(record)
  }

  /** The lines in the order of their records, if that is not the order in which they came; those of one record stay as they came. */
  get inOrder(): readonly number[] | undefined {
    const { record } = this
    if (!record.some((index, line) => line > 0 && index < (record[line - 1] as number))) return undefined
    return record.map((_, line) => line).sort((a, b) => (record[a] as number) - (record[b] as number))
  }
}
