import type { MeasuredRedis } from '../redis.ts'
import type { Report } from '../report/report.ts'

interface Asked<Size> {
  /** As it is chosen: `--only=NAME`. */
  readonly name: string
  /** The question that it answers. */
  readonly asks: string
  /** Packages of bench/peers that it needs. */
  readonly peers?: readonly string[]
  /** How much is measured: enough to publish, and enough for a look. */
  readonly sizes: { readonly full: Size; readonly quick: Size }
}

export interface Context<Size> {
  readonly size: Size
  /** How many events the longest run is to have, if somebody has said: `--events=N`. */
  readonly events?: number
  /** Options of node for the processes that count, such as `--cpu-prof`. */
  readonly node: readonly string[]
}

export interface RedisContext<Size> extends Context<Size> {
  /** Of the bench's own; empty it before each run. */
  readonly redis: MeasuredRedis
}

/** A workload that needs no server. */
export interface LocalWorkload<Size = unknown> extends Asked<Size> {
  readonly redis: false
  run(context: Context<Size>): Promise<Report>
}

/** A workload on Redis. */
export interface RedisWorkload<Size = unknown> extends Asked<Size> {
  readonly redis: true
  run(context: RedisContext<Size>): Promise<Report>
}

/** Something to measure: a value in a file of its own, listed in index.ts. */
export type Workload = LocalWorkload | RedisWorkload
