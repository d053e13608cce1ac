import { vi } from 'vitest'
import { call } from '../../cli/call.ts'
import type { Ended } from './tanager.ts'

/**
 * Calls the command in this process: for calls of which the process itself is not the point, at a fiftieth of the time.
 * One at a time: what it prints goes to the one stdout there is.
 */
export async function inside(args: readonly string[]): Promise<Ended> {
  const printed = { stdout: '', stderr: '' }
  vi.spyOn(console, 'log').mockImplementation(() => {})
  for (const name of ['stdout', 'stderr'] as const) {
    vi.spyOn(process[name], 'write').mockImplementation(((text: string | Uint8Array, ...rest: readonly unknown[]) => {
      printed[name] += String(text)
      const written = rest.at(-1)
      if (typeof written === 'function') queueMicrotask(() => written(null))
      return true
    }) as typeof process.stdout.write)
  }
  try {
    return { code: await call(args), signal: null, ...printed }
  } finally {
    vi.restoreAllMocks()
  }
}
