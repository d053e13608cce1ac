import { isLeft, right } from 'fp-ts/lib/Either.js'
import { isSome, none, type Option, some } from 'fp-ts/lib/Option.js'
import type { Task } from 'fp-ts/lib/Task.js'
import type { TaskEither } from 'fp-ts/lib/TaskEither.js'
import type { Aggregation } from '../../algebra/aggregation.ts'
import { concatAll } from '../../algebra/concat-all.ts'
import { TanagerError } from '../../error.ts'
import type { Window, Windowing } from '../../time/window.ts'
import { type Bucket, bucketsOf } from './buckets.ts'
import { answering } from './define.ts'
import { positive } from './positive.ts'
import type { Answers, ReadableStore } from './store.ts'
import { StoreError } from './store-error.ts'

/** From `from` on, and before `to`: milliseconds since 1970, at edges of the smallest windows. */
export interface TimeRange {
  readonly from: number
  readonly to: number
}

/** A store whose keys are windows, as `window(windows)` makes them. */
export interface WindowedStore<K, V> {
  /** What the job gave to `window`: tumbling windows. */
  readonly windows: Windowing
  readonly store: ReadableStore<readonly [key: K, window: Window], V>
}

export interface OverTime<K, Out> {
  /** What a key came to in a range of time; `none` if nothing did. */
  readonly over: (key: K, range: TimeRange) => TaskEither<StoreError, Option<Out>>
  readonly multiOver: (keys: readonly K[], range: TimeRange) => Task<Answers<Option<Out>>>
}

export interface OverTimeOptions {
  /** Into how many windows a range may be cut, for each key; 10 000 unless given. */
  readonly largest?: number
}

/**
 * Ranges of time over stores that are counted by windows: a range is cut into the fewest windows there are, and what they
 * hold is merged, in the order of time. With minutes, hours and days, a month and a bit is some dozens of windows instead of
 * tens of thousands.
 *
 * ```ts
 * import { codec, store, tumbling } from 'tanager'
 * import { sum } from 'tanager/algebra'
 * import { memoryStore, overTime } from 'tanager/store'
 *
 * const hours = tumbling({ hours: 1 })
 * const days = tumbling({ days: 1 })
 * const key = codec.tuple(codec.string, codec.int)
 * const byHour = memoryStore(store('by-hour', { key, sum }))
 * const byDay = memoryStore(store('by-day', { key, sum }))
 * await byDay.merge(['spring', 0], 100)()
 * await byHour.merge(['spring', 86_400_000], 1)()
 *
 * const clicks = overTime([{ windows: hours, store: byHour }, { windows: days, store: byDay }], sum)
 * await clicks.over('spring', { from: 0, to: 90_000_000 })() // right(some(101)): a day and an hour
 * ```
 *
 * The stores hold the same records, each in its windows: one source, a `sumByKey` for each. Each size must be a whole number
 * of the next smaller one. A range that does not begin and end at an edge of the smallest windows is refused: nobody knows
 * what part of a window is meant. If one window cannot be read, the whole is not known.
 *
 * @throws TanagerError `invalid-option` for windows that overlap, or do not fit into one another
 */
export function overTime<K, V, Out>(
  stores: readonly WindowedStore<K, V>[],
  aggregation: Aggregation<V, never, Out>,
  { largest = 10_000 }: OverTimeOptions = {},
): OverTime<K, Out> {
  positive('overTime: largest', largest)
  const bySize = new Map([...stores].map(({ windows, store }) => [sizeOf(windows), store] as const).sort(([a], [b]) => b - a))
  const sizes = [...bySize.keys()]
  checkSizes(sizes, stores.length)

  function cut({ from, to }: TimeRange): readonly Bucket[] {
    const smallest = sizes.at(-1) as number
    if (![from, to].every((time) => Number.isSafeInteger(time) && time % smallest === 0)) {
      throw refused('a range of time that does not fit the windows', { from, to }, `whole windows of ${smallest} ms, from 1970`)
    }
    const buckets: Bucket[] = []
    for (const bucket of bucketsOf(from, to, sizes)) {
      if (buckets.push(bucket) > largest) {
        throw refused(
          'a range of time of too many windows',
          { from, to },
          `${largest} windows`,
          'Count by larger windows too, or raise largest.',
        )
      }
    }
    return buckets
  }

  const multiOver = (keys: readonly K[], range: TimeRange) =>
    answering<K, Option<Out>>('multiOver', async (keys) => {
      const buckets = cut(range)
      const found = new Map<Bucket, Answers<Option<V>>>()
      await Promise.all(
        sizes.map(async (size) => {
          const ofSize = buckets.filter((bucket) => bucket.size === size)
          const asked = ofSize.flatMap(({ window }) => keys.map((key) => [key, window] as const))
          const store = bySize.get(size) as ReadableStore<readonly [K, Window], V>
          const answers = await answering<readonly [K, Window], Option<V>>('multiGet', (all) => store.multiGet(all)())(asked)()
          for (const [i, bucket] of ofSize.entries()) found.set(bucket, answers.slice(i * keys.length, (i + 1) * keys.length))
        }),
      )
      return keys.map((_, at) => total(buckets.map((bucket) => found.get(bucket)?.[at] as Answers<Option<V>>[number])))
    })(keys)

  function total(answers: Answers<Option<V>>): Answers<Option<Out>>[number] {
    const values: V[] = []
    for (const answer of answers) {
      if (isLeft(answer)) return answer
      if (isSome(answer.right)) values.push(answer.right.value)
    }
    if (values.length === 0) return right(none)
    const all = concatAll(aggregation, values)
    return right(aggregation.isEmpty?.(all) ? none : some(aggregation.present(all)))
  }

  return {
    multiOver,
    over: (key, range) => async () => (await multiOver([key], range)())[0] as Answers<Option<Out>>[number],
  }
}

/** The window that ends at 1970 began its own length before. */
function sizeOf({ label, windowsOf }: Windowing): number {
  const [begin, ...others] = windowsOf(-1)
  if (begin !== undefined && others.length === 0) return -begin
  throw new TanagerError('invalid-option', `overTime: ${label}: windows that overlap would count records more than once`, {
    allowed: 'tumbling windows',
  })
}

function checkSizes(sizes: readonly number[], count: number): void {
  const fits = sizes.every((size, i) => i === 0 || (sizes[i - 1] as number) % size === 0)
  if (count > 0 && sizes.length === count && fits) return
  throw new TanagerError('invalid-option', 'overTime: the windows do not fit into one another', {
    value: sizes,
    allowed: 'at least one store, and sizes of which each is a whole number of the next smaller one',
  })
}

const refused = (what: string, value: TimeRange, allowed: string, remedy?: string): StoreError =>
  new StoreError('invalid-option', what, { value, allowed, retryable: false, ...(remedy === undefined ? {} : { remedy }) })
