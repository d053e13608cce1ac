export type { RedisAccess } from '../access.ts'
export type { RedisSink } from '../stream-sink.ts'
export { type BullmqQueueOptions, bullmqQueue, type QueuedJob } from './queue.ts'
export { type BullmqQueueSinkOptions, bullmqQueueSink } from './queue-sink.ts'
