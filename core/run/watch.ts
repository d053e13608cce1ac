/** An eye on users' functions: one that goes on for ever holds up everything behind it. */
export interface Watch {
  /** Runs a function to its end, in sight of whoever looks after the process. */
  readonly see: <A>(work: () => A) => A
  /**
   * Runs a function to its end, or ends it when it has gone on for too long. Not free: for what is under suspicion.
   *
   * @throws TanagerError `hung`
   */
  readonly run: <A>(work: () => A) => A
  /**
   * Waits for an answer, but not for ever.
   *
   * @throws TanagerError `timeout`
   */
  readonly wait: <A>(answer: Promise<A>) => Promise<A>
  /** Lets whatever else this process has to do have its turn. */
  readonly breathe: () => Promise<void>
}

/** No watch at all: for a platform with nobody behind. */
export const unwatched: Watch = { see: (work) => work(), run: (work) => work(), wait: (answer) => answer, breathe: async () => {} }
