import type { BullmqApp, BullmqOptions } from 'tanager/bullmq'
import { type SubjectName, subjects } from './index.ts'
import type { Shape } from './subject.ts'

/** What a run is of, and how it is deployed: plain data, which goes to each process that has a part in it. */
export interface Setup {
  readonly subject: SubjectName
  readonly shape: Shape
  readonly options?: Pick<BullmqOptions, 'batch' | 'concurrency' | 'partitions' | 'room'>
}

/** As anyone would deploy it, but for the room: all records are to wait in Redis before a worker starts. */
export const appOf = ({ subject, options }: Setup, redis: string): BullmqApp =>
  subjects[subject].on({ redis, room: { stream: 2 ** 30 }, ...options })
