import type { Encoded } from '../../core/contract/encoded.ts'
import type { SinksOf, StoresOf } from '../../core/contract/outcome.ts'
import type { DeadLetter, StreamProgress } from '../../core/engine/log.ts'
import type { Alarm, AlarmState, Expectations } from '../../core/engine/outputs/alarm.ts'
import type { AnySlot } from '../../core/slot/slot.ts'
import type { ClusterOptions, ClusterOutcome } from '../../platforms/simulation/index.ts'
import type { CrashPoint, HoldUp } from './fault.ts'
import type { NameOf, RecordOf } from './names.ts'

/** What a driver's cluster is made of, where it is not to be as it is by itself: 3 workers, 3 partitions, room for everything. */
export interface DriverOptions extends ClusterOptions {
  /** Records in one batch, at most; as many as are given at once, unless told. Results do not depend on it. */
  readonly batchRecords?: number
  /** How long the work of a worker that has died is kept from others, in milliseconds; 1000. */
  readonly stalledAfter?: number
  /** What is expected of sources, stores and sinks, as `bullmq({ alarms })` takes it: the driver looks as its workers do. */
  readonly alarms?: Expectations
}

/** What there is to see of a job's cluster. Plain data of the moment it is asked for: what happens later does not change it. */
export interface DriverState<R extends AnySlot> {
  /** Each store as a reader sees it: keys and presented values. */
  readonly stores: StoresOf<R>
  /** Everything that was delivered to each sink, each batch once. */
  readonly sinks: SinksOf<R>
  /** What was refused, oldest first: by which step, and why. */
  readonly deadLetters: readonly DeadLetter[]
  /** Work that is out of attempts, and its last error; all that waits for it is missing above. */
  readonly failed: ClusterOutcome<R>['failed']
  /** Everything each store has passed on, in order; nothing for one that nobody reads. */
  readonly emissions: ClusterOutcome<R>['emissions']
  /**
   * How far a stream is, a source's or a store's output: the number of the last batch it has taken (`head`), the one up to
   * which all are committed (`watermark`), how many are not (`backlog`), and the latest event time committed (`eventTime`).
   *
   * @throws TanagerError `unknown-slot`, also for what nobody reads
   */
  readonly watermark: (stream: NameOf<R, 'source' | 'store'>) => StreamProgress
  /** The alarms that stand, and all that were told, oldest first, when they began and when they were over; see `alarms` of the options. */
  readonly alarms: AlarmState & { readonly told: readonly Alarm[] }
  /** Milliseconds of the driver's own clock, from 0. */
  readonly now: number
  /** What has happened, a line a step: to be printed when a test fails. */
  readonly history: readonly string[]
  /** What was asked to go wrong and has not yet, in words. */
  readonly armed: readonly string[]
}

/** A job on a cluster of its own, taken step by step; see `driver`. */
export interface Driver<R extends AnySlot> extends DriverState<R> {
  /**
   * Sends records to a source, as one batch unless `batchRecords` says otherwise, and lets everything happen that is due.
   * Where no worker is up they are accepted, and wait.
   *
   * @throws TanagerError `unknown-slot`, `invalid-binding` if these are no records, `encode` if the source's codec refuses
   * one: then none is sent
   */
  readonly pipe: <N extends NameOf<R, 'source'>>(
    source: N,
    records: Iterable<RecordOf<R, N>> | AsyncIterable<RecordOf<R, N>> | Encoded,
  ) => Promise<void>
  /**
   * Turns the clock forward, and lets happen, each at its time, what becomes due: retries, the reconciler that finds lost
   * pointers, the work of workers that have died, workers that go on after a hold-up.
   *
   * @throws TanagerError `invalid-option`
   */
  readonly advanceTime: (milliseconds: number) => Promise<void>
  /**
   * All workers die, now, and none comes back before `restart`. Or, with a point: the next who comes to that step dies,
   * before it has happened, or after it and before hearing so. A worker stays away; others find what it had in hand after
   * `stalledAfter`. A client comes back at once, and sends again what it has not heard of.
   */
  readonly crash: (point?: CrashPoint<NameOf<R>>) => void
  /** Workers that have died come back, look at once for what was left behind or lost, and everything that is due happens. */
  readonly restart: () => Promise<void>
  /** The next question to a service, or delivery to a sink, fails; or the next so many. The work is tried again after 20, 40, 80… ms. */
  readonly fail: (outside: NameOf<R, 'service' | 'sink'>, options?: { readonly times?: number }) => void
  /** The scheduler loses the next pointer to a batch, or to something to be merged: the reconciler finds it again, after `reconcileEvery`. */
  readonly lose: (of?: NameOf<R, 'source' | 'store' | 'sink'>) => void
  /** The scheduler gives the next pointer out twice. */
  readonly double: (of?: NameOf<R, 'source' | 'store' | 'sink'>) => void
  /**
   * The next worker that comes to a step stands still there, and is taken for dead: another has its work at the same time.
   * It goes on once so many milliseconds have passed, knowing of nothing.
   */
  readonly holdUp: (at: HoldUp<NameOf<R>>) => void
}
