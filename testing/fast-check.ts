import type * as module from 'fast-check'
import { messageOf, TanagerError } from '../core/error.ts'

export type FastCheck = typeof module

/** What makes values up, and makes counter-examples small. It is an optional peer: only who checks laws needs it. */
export async function fastCheck(): Promise<FastCheck> {
  try {
    return await import('fast-check')
  } catch (cause) {
    if (!/Cannot find (?:package|module) 'fast-check/.test(messageOf(cause))) throw cause
    throw new TanagerError('missing-package', 'checking laws needs the package fast-check, which is not installed', {
      remedy: 'Type: npm install --save-dev fast-check',
      cause,
    })
  }
}
