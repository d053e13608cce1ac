import { algebra } from './algebra.ts'
import { heavy } from './heavy.ts'
import { latency } from './latency.ts'
import { memory } from './memory.ts'
import { peers } from './peers.ts'
import { resident } from './resident.ts'
import { simulation } from './simulation.ts'
import { throughput } from './throughput.ts'
import type { Workload } from './workload.ts'

/** All there are, in the order in which they run. */
export const workloads: readonly Workload[] = [memory, peers, throughput, heavy, latency, resident, algebra, simulation]
