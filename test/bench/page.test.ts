import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { goals } from '../../bench/goals.ts'
import { markdownOf } from '../../bench/page/markdown.ts'
import { kept } from '../../bench/page/results.ts'
import { showSpread } from '../../bench/report/format.ts'
import type { Goal } from '../../bench/report/report.ts'
import { reached, spreadOf } from '../../bench/statistics.ts'
import { workloads } from '../../bench/workloads/index.ts'
import { drawnIn } from './drawn.ts'

// No figure of the page can be changed but by measuring: it is what the results say, and those are what their runs say.

const root = join(import.meta.dirname, '../..')
const results = kept()
const asked = new Map(Object.values<Goal>(goals).map((goal) => [goal.id, goal]))

describe('what the bench keeps', () => {
  it('is of workloads that there are, once each', () => {
    const names = results.map(({ workload }) => workload)
    expect(names.length).toBeGreaterThan(0)
    expect(workloads.map(({ name }) => name)).toEqual(expect.arrayContaining(names))
    expect(new Set(names).size).toBe(names.length)
  })

  it('has each figure once', () => {
    const ids = results.flatMap(({ figures }) => figures.map(({ id }) => id))
    expect(ids.toSorted()).toEqual([...new Set(ids)].toSorted())
  })

  it.each(results)('says of $workload what its runs say, and what is asked of it', ({ figures }) => {
    for (const { id, runs, median, min, max, goal, reached: said } of figures) {
      const spread = spreadOf(runs)
      expect(median / spread.median, id).toBeCloseTo(1, 4)
      expect([min, max], id).toEqual([spread.min, spread.max])
      if (goal !== undefined) expect(said, id).toBe(reached({ runs, target: goal }))
      if (asked.has(id)) expect(goal, id).toEqual(asked.get(id)?.target)
    }
  })
})

// If it fails: npm run bench:page
describe('docs/performance.md', () => {
  it('is what bench/results says', () => {
    expect(readFileSync(join(root, 'docs/performance.md'), 'utf8')).toBe(markdownOf(results, workloads))
  })

  const charts = workloads.flatMap(({ name }) => results.find(({ workload }) => workload === name)?.chart ?? [])
  const drawn = drawnIn(readFileSync(join(root, 'docs/performance.svg'), 'utf8'))

  it('has a picture of all that is to be drawn', () => {
    expect(charts.length).toBeGreaterThan(0)
    expect(drawn.map(({ title }) => title)).toEqual(charts.map(({ title }) => title))
  })

  it.each(charts.map((chart, i) => ({ ...chart, i })))('draws what bench/results says: $title', ({ title, unit, bars, i }) => {
    const texts = bars.map(({ runs }) => showSpread({ runs, unit }))
    expect(drawn[i]?.texts).toEqual(expect.arrayContaining([title, ...bars.map(({ label }) => label), ...texts]))

    const widths = bars.map(({ label }, bar) => drawn[i]?.bars.get(`${label}: ${texts[bar]}`) ?? Number.NaN)
    const medians = bars.map(({ runs }) => spreadOf(runs).median)
    const scale = (widths[0] as number) / (medians[0] as number)
    for (const [bar, width] of widths.entries()) expect(width / (medians[bar] as number) / scale).toBeCloseTo(1, 4)
  })
})
