import type * as module from 'pg'
import { messageOf, TanagerError } from '../../core/error.ts'

export type Driver = typeof module

/** It is an optional peer: only who binds something to PostgreSQL needs it. */
export async function driver(): Promise<Driver> {
  try {
    // A CommonJS module: whoever loads it may see its exports as the default only.
    const loaded = (await import('pg')) as Driver & { readonly default?: Driver }
    return loaded.default ?? loaded
  } catch (cause) {
    if (!/Cannot find (?:package|module) 'pg'/.test(messageOf(cause))) throw cause
    throw new TanagerError('missing-package', 'PostgreSQL needs the package pg, which is not installed', {
      remedy: 'Type: npm install pg',
      cause,
    })
  }
}
