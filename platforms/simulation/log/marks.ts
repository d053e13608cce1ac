/** Which numbers of a stream are committed: all up to the watermark, and some ahead of it. */
export class Marks {
  watermark = 0
  readonly #ahead = new Set<number>()

  has(sequence: number): boolean {
    return sequence <= this.watermark || this.#ahead.has(sequence)
  }

  add(sequence: number): void {
    this.#ahead.add(sequence)
    while (this.#ahead.delete(this.watermark + 1)) this.watermark += 1
  }
}
