import { accessLog } from './access-log.ts'
import { beacons } from './beacons.ts'
import { chainedSums } from './chained-sums.ts'
import { documentsByKey } from './latest-values.ts'
import { leftJoin, leftJoinAtOnce } from './left-join.ts'
import type { Subject } from './subject.ts'
import { distinctVisitors } from './visitors.ts'

export const subjects = {
  accessLog,
  beacons,
  chainedSums,
  distinctVisitors,
  documentsByKey,
  leftJoin,
  leftJoinAtOnce,
} as const satisfies Readonly<Record<string, Subject>>

export type SubjectName = keyof typeof subjects
