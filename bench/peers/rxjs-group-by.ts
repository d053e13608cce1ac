import { count, from, groupBy, lastValueFrom, map, mergeMap, toArray } from 'rxjs'
import { typeOf } from '../beacon.ts'
import type { LocalContender } from '../contenders/contender.ts'

/** As its documentation groups: an observable for each key, and what is counted in each merged into one. */
export const contender: LocalContender = {
  label: 'RxJS, groupBy and count',
  keyed: true,
  count: async (events) => {
    const counts = from(events).pipe(
      map(typeOf),
      groupBy((type) => type),
      mergeMap((group) =>
        group.pipe(
          count(),
          map((n) => [group.key, n] as const),
        ),
      ),
      toArray(),
    )
    return new Map(await lastValueFrom(counts))
  },
}
