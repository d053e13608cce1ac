import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { inTurns } from '../../bench/in-turns.ts'
import { optionsOf } from '../../bench/options.ts'
import { show, showSpread, showTarget } from '../../bench/report/format.ts'
import { percentile, ratios, reached, spreadOf } from '../../bench/statistics.ts'
import { workloads } from '../../bench/workloads/index.ts'

describe('inTurns', () => {
  it('lets each do its part in every round, and drops the rounds that warm up', async () => {
    const order: string[] = []
    const runs = await inTurns({ names: ['a', 'b'], rounds: 2, warmUp: 1 }, async (name, round) => {
      order.push(`${name}${round}`)
      return round
    })
    expect(order).toEqual(['a0', 'b0', 'a1', 'b1', 'a2', 'b2'])
    expect(runs).toEqual({ a: [1, 2], b: [1, 2] })
  })
})

describe('statistics', () => {
  it('finds the middle of an odd number, and between the two of an even one', () => {
    expect(spreadOf([3, 1, 2])).toEqual({ median: 2, min: 1, max: 3 })
    expect(spreadOf([4, 1, 3, 2])).toEqual({ median: 2.5, min: 1, max: 4 })
  })

  it('finds the value below which a part of all lies', () => {
    const hundred = Array.from({ length: 100 }, (_, i) => i + 1)
    expect([0.5, 0.99, 1].map((part) => percentile(hundred, part))).toEqual([50, 99, 100])
  })

  it('compares neighbours, and refuses those without one', () => {
    expect(ratios([2, 9], [1, 3])).toEqual([2, 3])
    expect(() => ratios([1], [])).toThrow('each needs its neighbour')
  })

  it('judges by the median', () => {
    expect(reached({ runs: [1, 5, 9], target: { atLeast: 5 } })).toBe(true)
    expect(reached({ runs: [1, 5, 9], target: { atMost: 4.9 } })).toBe(false)
  })
})

describe('numbers', () => {
  it('are shown with three digits that count', () => {
    expect([0.123456, 1.23456, 12.3456, 1234.56].map((n) => show(n, 'ms'))).toEqual(['0.123 ms', '1.23 ms', '12.3 ms', '1,235 ms'])
    expect([5e3, 2.5e6].map((n) => show(n, '/s'))).toEqual(['5.00 k/s', '2.50 M/s'])
  })

  it('are shown with their spread in one unit, and alone where there is one', () => {
    expect(showSpread({ runs: [2e6, 9e5, 3e6], unit: '/s' })).toBe('2.00 (0.900 to 3.00) M/s')
    expect(showSpread({ runs: [7], unit: 'MB' })).toBe('7.00 MB')
  })

  it('are shown as they were asked for', () => {
    expect(showTarget({ atMost: 0.15 }, 'µs')).toBe('at most 0.15 µs')
    expect(showTarget({ atLeast: 5e6 }, '/s')).toBe('at least 5 M/s')
  })
})

describe('npm run bench', () => {
  it('runs all there is unless it is told', () => {
    expect(optionsOf([])).toEqual({ chosen: workloads, quick: false, keep: false })
    expect(optionsOf(['--only=memory', '--quick', '--events=5']).chosen.map(({ name }) => name)).toEqual(['memory'])
  })

  it.each([
    ['--only=memroy', 'no workload memroy; allowed: memory, '],
    ['--events=none', '--events is none; allowed: a whole number from 1.'],
    ['--fast', "Unknown option '--fast'; allowed: --quick, "],
  ])('says of %s what is wrong with it', (arg, message) => {
    expect(() => optionsOf([arg])).toThrow(message)
  })

  it('has every workload in its README, once', () => {
    const readme = readFileSync(join(import.meta.dirname, '../../bench/README.md'), 'utf8')
    const told = [...readme.matchAll(/^\| \[([\w-]+)\]\(workloads\//gm)].map(([, name]) => name)
    expect(told.sort()).toEqual(workloads.map(({ name }) => name).sort())
  })
})
