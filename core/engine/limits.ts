/** How much one step may take on, so that no single one holds Redis, or a worker's memory, for long. */
export interface Limits {
  /** About how many bytes of inbox one drain step reads. */
  readonly drainBytes: number
  /** How many keys one drain step merges, unless a single inbox entry has more. */
  readonly drainKeys: number
  /** How many drains of long inboxes a worker runs at a time; of short ones, as many as it has in hand. */
  readonly longDrains: number
  /** How long one drain goes on before it lets others have the worker, in milliseconds. */
  readonly turn: number
  /** How much is committed together, at most, of the batches of a stream that a worker has in hand; characters of payload. */
  readonly togetherLength: number
  /** How long work waits for room downstream before it is tried again, in milliseconds. */
  readonly handBack: number
}

export const defaultLimits: Limits = {
  drainBytes: 1 << 20,
  drainKeys: 10_000,
  longDrains: 1,
  turn: 20,
  togetherLength: 1 << 16,
  handBack: 50,
}
