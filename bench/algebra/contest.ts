/** Something to be done, and the ways to do it. */
export interface Contest {
  readonly what: string
  readonly ways: readonly string[]
  /**
   * Makes a way ready, which is not timed.
   *
   * @param size how many inputs there are to add
   * @param peers the folder where peers are installed
   */
  readonly start: (way: string, size: number, peers: string) => Started
}

/** One way, ready to run. */
export interface Started {
  /** How many inputs are added, or totals merged, in one pass. */
  readonly operations: number
  readonly pass: () => Promise<unknown>
  /** @throws Error if a pass has answered what is not true, or farther from the truth than was promised */
  readonly check: (answer: unknown) => void
}

/** A way to do it, and how its answer is held against the truth, which no way had a hand in. */
export interface Way<Input, Answer> {
  /** How often a pass does it: what is done in a millisecond cannot be measured once. 1 unless told. */
  readonly times?: number
  readonly ready: (input: Input, peers: string) => () => Answer | Promise<Answer>
  readonly check: (answer: Answer, input: Input) => void
}

export interface ContestSpec<Input> {
  readonly what: string
  readonly input: (size: number) => Input
  readonly operations: (input: Input) => number
  // biome-ignore lint/suspicious/noExplicitAny: each way has answers of its own type, and only its own check sees them.
  readonly ways: Readonly<Record<string, Way<Input, any>>>
}

export function contest<Input>({ what, input: inputOf, operations, ways }: ContestSpec<Input>): Contest {
  return {
    what,
    ways: Object.keys(ways),
    start: (name, size, peers) => {
      const { times = 1, ready, check } = ways[name] as Way<Input, unknown>
      const input = inputOf(size)
      const once = ready(input, peers)
      const pass = async () => {
        let answer: unknown
        for (let i = 0; i < times; i++) {
          answer = once()
          if (answer instanceof Promise) answer = await answer
        }
        return answer
      }
      return { operations: operations(input) * times, pass, check: (answer) => check(answer, input) }
    },
  }
}

/** @throws Error unless it holds, with what was found instead */
export function mustHold(holds: boolean, found: string): void {
  if (!holds) throw new Error(`a wrong answer: ${found}`)
}
