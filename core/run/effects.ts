/**
 * What records are about to do: a journal, column by column, so that adding a line allocates nothing. It is kept until
 * the record is known to be good: a record has all of its effects or none.
 */
export class Effects {
  size = 0
  /** Which output, by its place among the stage's outputs. */
  readonly output: number[] = []
  readonly key: unknown[] = []
  readonly value: unknown[] = []
  /** Which record, by its place in the batch. */
  readonly record: number[] = []

  add(output: number, key: unknown, value: unknown, record: number): void {
    const at = this.size++
    this.output[at] = output
    this.key[at] = key
    this.value[at] = value
    this.record[at] = record
  }
}
