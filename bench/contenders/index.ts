import { handLoop } from './hand-loop.ts'
import { jobPerBatch } from './job-per-batch.ts'
import { jobPerEvent } from './job-per-event.ts'
import { tanager } from './tanager.ts'
import { tanagerMemory } from './tanager-memory.ts'

export const redisContenders = { tanager, jobPerBatch, jobPerEvent } as const
export type RedisContenderName = keyof typeof redisContenders

export const localContenders = { tanagerMemory, handLoop } as const
export type LocalContenderName = keyof typeof localContenders
