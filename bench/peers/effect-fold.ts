import { Effect, Stream } from 'effect'
import { typeOf } from '../beacon.ts'
import type { LocalContender } from '../contenders/contender.ts'

/** What who knows Effect well would do for speed: no group, a `Map` that `runFold` fills. */
export const contender: LocalContender = {
  label: 'Effect Stream, a Map by hand in runFold',
  keyed: false,
  count: (events) => {
    const counts = Stream.fromIterable(events).pipe(
      Stream.map(typeOf),
      Stream.runFold(
        () => new Map<string, number>(),
        (counts, type) => counts.set(type, (counts.get(type) ?? 0) + 1),
      ),
    )
    return Effect.runPromise(counts)
  },
}
