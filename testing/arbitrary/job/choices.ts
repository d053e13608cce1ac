/**
 * Numbers that fast-check drew, spent one by one on decisions. Zero always stands for the simplest alternative, and it is
 * what comes once the numbers are used up: so smaller numbers make simpler jobs, and shrinking works.
 */
export class Choices {
  readonly #numbers: readonly number[]
  #spent = 0

  constructor(numbers: readonly number[]) {
    this.#numbers = numbers
  }

  below(limit: number): number {
    return (this.#numbers[this.#spent++] ?? 0) % limit
  }

  /** Once in so many times; never for zero. */
  once(inSoMany: number): boolean {
    return this.below(inSoMany) === inSoMany - 1
  }

  pick<A>(alternatives: readonly A[]): A {
    return alternatives[this.below(alternatives.length)] as A
  }

  weighted<A extends { readonly weight: number }>(alternatives: readonly A[]): A {
    let at = this.below(alternatives.reduce((total, { weight }) => total + weight, 0))
    for (const alternative of alternatives) {
      if (at < alternative.weight) return alternative
      at -= alternative.weight
    }
    throw new Error('unreachable: the weights do not add up')
  }
}
