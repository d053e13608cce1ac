import { expect } from 'vitest'

const active = (kind: RegExp): number => process.getActiveResourcesInfo().filter((each) => kind.test(each)).length

/** How many connections keep this process alive. */
export const sockets = (): number => active(/TCP|TLS/)

/** Fails if something is left, when the test ends, of what was begun since: connections, or timers. */
export function nothingLeft(): () => Promise<void> {
  const before = { sockets: sockets(), timers: active(/Timeout/) }
  return async () => {
    await expect.poll(sockets).toBe(before.sockets)
    expect(active(/Timeout/)).toBeLessThanOrEqual(before.timers)
  }
}
