import { messageOf } from '../../core/error.ts'

// Out of memory; a replica, or one that has lost its primary; starting up; unable to write to its disk; too few replicas;
// a cluster on the move; deep in a script. From Redis 7 on the word comes first, before that after "Error running script".
const refusals = /(?:^|[ -])(?:OOM|READONLY|LOADING|MISCONF|NOREPLICAS|MASTERDOWN|CLUSTERDOWN|TRYAGAIN|BUSY) /

/**
 * Whether Redis says that it takes nothing at the moment. It has changed nothing then: a script of ours is refused at its
 * first write or not at all. So it is waited out, as a stream that is full is, and counts as nobody's failure.
 */
export const isNotNow = (error: unknown): boolean => refusals.test(messageOf(error))

/** Whether it is for want of memory: then what frees memory is let through, and nothing else. */
export const isOutOfMemory = (error: unknown): boolean => /(?:^|[ -])OOM /.test(messageOf(error))
