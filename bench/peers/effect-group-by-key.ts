import { Effect, Stream } from 'effect'
import { typeOf } from '../beacon.ts'
import type { LocalContender } from '../contenders/contender.ts'

/** As its documentation groups: a stream for each key, all of them counted at the same time. */
export const contender: LocalContender = {
  label: 'Effect Stream, groupByKey and runCount',
  keyed: true,
  count: async (events) => {
    const counts = Stream.fromIterable(events).pipe(
      Stream.map(typeOf),
      Stream.groupByKey((type) => type),
      Stream.mapEffect(([type, group]) => Effect.map(Stream.runCount(group), (n) => [type, n] as const), { concurrency: 'unbounded' }),
      Stream.runCollect,
    )
    return new Map(await Effect.runPromise(counts))
  },
}
