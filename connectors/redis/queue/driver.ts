import type * as module from 'bullmq'
import { messageOf, TanagerError } from '../../../core/error.ts'

/** It is an optional peer: only who reads or fills queues of BullMQ needs it. */
export async function driver(): Promise<typeof module> {
  try {
    return await import('bullmq')
  } catch (cause) {
    if (!/Cannot find (?:package|module) 'bullmq'/.test(messageOf(cause))) throw cause
    throw new TanagerError('missing-package', 'queues of BullMQ need the package bullmq, which is not installed', {
      remedy: 'Type: npm install bullmq ioredis',
      cause,
    })
  }
}
