import type { LocalContender } from './contender.ts'
import { handLoop } from './hand-loop.ts'
import { jobPerBatch } from './job-per-batch.ts'
import { jobPerEvent } from './job-per-event.ts'
import { nodeStreams } from './node-streams.ts'
import { streamsGroup } from './streams-group.ts'
import { tanager, tanagerHeavy } from './tanager.ts'
import { tanagerMemory } from './tanager-memory.ts'

export const redisContenders = { tanager, tanagerHeavy, jobPerBatch, jobPerEvent, streamsGroup } as const
export type RedisContenderName = keyof typeof redisContenders

const ours = { tanagerMemory, handLoop, nodeStreams } as const
/** Each a file of bench/peers, by its name; its packages are installed there. */
export const peerContenders = ['rxjs-group-by', 'rxjs-reduce', 'effect-group-by-key', 'effect-fold', 'beam'] as const
export type LocalContenderName = keyof typeof ours | (typeof peerContenders)[number]

/** Peers are loaded when they are asked for: they need not be installed for the rest. */
export async function localContender(name: LocalContenderName): Promise<LocalContender> {
  if (name in ours) return ours[name as keyof typeof ours]
  const { contender } = (await import(`../peers/${name}.ts`)) as { readonly contender: LocalContender }
  return contender
}
