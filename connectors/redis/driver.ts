import type * as module from 'ioredis'
import { messageOf, TanagerError } from '../../core/error.ts'

/** It is an optional peer: only who speaks to Redis needs it. */
export async function driver(): Promise<typeof module> {
  try {
    return await import('ioredis')
  } catch (cause) {
    if (!/Cannot find (?:package|module) 'ioredis'/.test(messageOf(cause))) throw cause
    throw new TanagerError('missing-package', 'Redis needs the package ioredis, which is not installed', {
      remedy: 'Type: npm install ioredis',
      cause,
    })
  }
}
