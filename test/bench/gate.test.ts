import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Costs } from '../../bench/gate/costs.ts'
import { fallen, floors, outgrown } from '../../bench/gate/floors.ts'
import { names, type Ratios, ratiosOf } from '../../bench/gate/ratios.ts'

const least = floors()
/** What was usual when the floors were set. */
const usual = Object.fromEntries(names.map((name) => [name, least[name] / 0.85])) as Ratios
const after = (factor: number) => Object.fromEntries(names.map((name) => [name, usual[name] / factor])) as Ratios

describe('the gate', () => {
  it('has a floor for each ratio, and no other', () => {
    expect(Object.keys(least).sort()).toEqual([...names].sort())
    for (const name of names) expect(least[name], name).toBeGreaterThan(0)
  })

  it('opens to what is usual, and to what is better', () => {
    fc.assert(fc.property(fc.double({ min: 0.1, max: 1.1, noNaN: true }), (factor) => fallen(after(factor), least).length === 0))
  })

  it('is shut to whatever costs 30 % more, and to what was not measured', () => {
    fc.assert(fc.property(fc.double({ min: 1.3, max: 100, noNaN: true }), (factor) => fallen(after(factor), least).length === names.length))
    expect(fallen({ ...usual, memory: Number.NaN }, least)).toEqual(['memory'])
  })

  it('says where a floor has been left far below', () => {
    expect(outgrown(usual, least)).toEqual([])
    expect(outgrown({ ...usual, worker: usual.worker * 1.2 }, least)).toEqual(['worker'])
  })

  it('compares what all rounds cost', () => {
    const costs: Costs = {
      processor: { memory: [2, 6], hand: [1, 1], worker: [15, 5] },
      redis: { worker: [1, 3], batch: [4, 4] },
      commands: [0.01, 0.03],
    }
    expect(ratiosOf(costs)).toEqual({ memory: 0.25, worker: 0.1, redis: 2, commands: 50 })
  })
})
