import { writeFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { Hint } from '../../../connectors/files/hint.ts'
import { leftBehind } from '../heap.ts'
import { ownFolder } from './folder.ts'

const never = 3_600_000

describe('a hint', () => {
  it('ends a wait, also one that begins after it came', async () => {
    using folder = ownFolder()
    const hint = new Hint(folder.path)
    const waiting = hint.wait(0, never)
    hint.ring()
    await waiting
    hint.ring()
    await hint.wait(0, never)
    const told = hint.wait(0, never)
    writeFileSync(folder.in('a'), '')
    await told
    hint.close()
  })

  it('is not waited for any more once it is closed, nor is the time before one counts', async () => {
    using folder = ownFolder()
    for (const shortest of [0, never]) {
      const hint = new Hint(folder.path)
      hint.ring()
      const waiting = hint.wait(shortest, never)
      const closed = shortest > 0 ? waiting : hint.wait(0, never)
      hint.close()
      await Promise.all([waiting, closed, hint.wait(never, never)])
    }
  })

  it('leaves nothing behind of the waits that it ended', async () => {
    using folder = ownFolder()
    const hint = new Hint(folder.path)
    const go = () => {
      const waiting = hint.wait(0, never)
      hint.ring()
      return waiting
    }
    expect(await leftBehind(20_000, go)).toBeLessThan(50)
    hint.close()
  })
})
