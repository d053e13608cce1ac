import { accessLog } from './access-log.ts'
import { algebra } from './algebra.ts'
import { chainedSums } from './chained-sums.ts'
import { heavy } from './heavy.ts'
import { hyperLogLog } from './hyperloglog.ts'
import { latency } from './latency.ts'
import { leftJoin } from './left-join.ts'
import { length } from './length.ts'
import { memory } from './memory.ts'
import { memoryPerKey } from './memory-per-key.ts'
import { peers } from './peers.ts'
import { rates } from './rates.ts'
import { recovery } from './recovery.ts'
import { resident } from './resident.ts'
import { simulation } from './simulation.ts'
import { startUp } from './start-up.ts'
import { sweepBatches } from './sweep-batches.ts'
import { sweepKeys } from './sweep-keys.ts'
import { sweepPartitions } from './sweep-partitions.ts'
import { sweepValues } from './sweep-values.ts'
import { throughput } from './throughput.ts'
import { types } from './types.ts'
import type { Workload } from './workload.ts'

/** All there are, in the order in which they run. */
export const workloads: readonly Workload[] = [
  memory,
  peers,
  throughput,
  heavy,
  accessLog,
  hyperLogLog,
  chainedSums,
  leftJoin,
  length,
  sweepKeys,
  sweepBatches,
  sweepValues,
  sweepPartitions,
  latency,
  rates,
  recovery,
  memoryPerKey,
  resident,
  startUp,
  types,
  algebra,
  simulation,
]
