import { describe, expect, it } from 'vitest'
import { DrainTurns } from '../../../core/engine/drain-turns.ts'

/** Drains that run until they are let go. */
function running(turns: DrainTurns) {
  const begun: number[] = []
  const ends: (() => void)[] = []
  const settle = async () => {
    for (let turn = 0; turn < 10; turn++) await Promise.resolve()
  }
  return {
    begun,
    begin: async (...names: readonly number[]) => {
      for (const name of names) {
        void turns.take(async () => {
          begun.push(name)
          await new Promise<void>((resolve) => {
            ends.push(resolve)
          })
        })
      }
      await settle()
    },
    end: async () => {
      ends.shift()?.()
      await settle()
    },
    settle,
  }
}

describe('turns of drains', () => {
  it('are all at once where inboxes are short', async () => {
    const turns = new DrainTurns(1)
    const drains = running(turns)
    turns.saw(100)
    await drains.begin(1, 2, 3)
    expect(drains.begun).toEqual([1, 2, 3])
  })

  it('are few at a time where inboxes are long, each in its turn', async () => {
    const turns = new DrainTurns(2)
    const drains = running(turns)
    turns.saw(100_000)
    await drains.begin(1, 2, 3, 4)
    expect(drains.begun).toEqual([1, 2])
    await drains.end()
    expect(drains.begun).toEqual([1, 2, 3])
    await drains.end()
    expect(drains.begun).toEqual([1, 2, 3, 4])
  })

  it('let in all that wait as soon as inboxes are short again', async () => {
    const turns = new DrainTurns(1)
    const drains = running(turns)
    turns.saw(100_000)
    await drains.begin(1, 2, 3)
    expect(drains.begun).toEqual([1])
    turns.saw(10)
    await drains.settle()
    expect(drains.begun).toEqual([1, 2, 3])
  })

  it('are given back by what fails', async () => {
    const turns = new DrainTurns(1)
    turns.saw(100_000)
    await expect(turns.take(() => Promise.reject(new Error('no')))).rejects.toThrow('no')
    expect(await turns.take(async () => 1)).toBe(1)
  })
})
