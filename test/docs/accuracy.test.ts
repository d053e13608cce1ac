import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Ord } from 'fp-ts/lib/number.js'
import { codec } from 'tanager'
import * as algebra from 'tanager/algebra'
import { describe, expect, it } from 'vitest'
import { lineOf } from '../../scripts/accuracy/table.ts'
import { accuracyTables } from '../../scripts/accuracy/tables.ts'

const page = readFileSync(join(import.meta.dirname, '..', '..', 'docs', 'algebra.md'), 'utf8')
const sections = new Map(page.split(/^### /m).map((part) => [part.slice(0, part.indexOf('\n')), part.split('\n')]))

// The same inputs as in the page's tables, only not as many.
const tables = accuracyTables(10_000)

describe('the accuracy of sketches', () => {
  it.each(tables)('$title: within the bound', ({ rows }) => {
    expect(rows.length).toBeGreaterThan(1)
    for (const { cells, error, bound } of rows) expect(error, cells.join(', ')).toBeLessThanOrEqual(bound)
  })

  it.each(tables)('$title: as the page has it', ({ title, columns, rows }) => {
    const lines = sections.get(title) ?? []
    expect(lines).toContain(lineOf(columns))
    for (const { cells } of rows) expect(lines).toContain(lineOf(cells))
  })

  it('is in the page for a million too', () => {
    for (const { title, rows } of tables) {
      // Only where more inputs make more rows.
      if (!rows.some(({ cells }) => cells.includes('10 000')) || /^(bloom|minHash)/.test(title)) continue
      expect(
        sections.get(title)?.some((line) => line.includes('| 1 000 000 |')),
        title,
      ).toBe(true)
    }
  })
})

const shipped = {
  sum: algebra.sum,
  sparseSum: algebra.sparseSum,
  sumBigInt: algebra.sumBigInt,
  sumFloat: algebra.sumFloat,
  count: algebra.count,
  average: algebra.average,
  moments: algebra.moments,
  correlation: algebra.correlation,
  min: algebra.min(Ord),
  max: algebra.max(Ord),
  interval: algebra.interval(Ord),
  first: algebra.first(codec.string),
  last: algebra.last(codec.string),
  topK: algebra.topK(2, codec.string),
  list: algebra.list(codec.string, { first: 2 }),
  setOf: algebra.setOf(codec.string),
  setDelta: algebra.setDelta(codec.string),
  histogram: algebra.histogram([1]),
  decayed: algebra.decayed({ halfLife: 1 }),
  decayedMap: algebra.decayedMap(codec.string, { halfLife: 1 }),
  hyperLogLog: algebra.hyperLogLog(),
  hyperLogLogSeries: algebra.hyperLogLogSeries(),
  countMin: algebra.countMin({ epsilon: 0.01, delta: 0.01 }),
  spaceSaver: algebra.spaceSaver({ capacity: 2 }),
  bloom: algebra.bloom({ capacity: 2, falsePositives: 0.01 }),
  ddSketch: algebra.ddSketch({ relativeAccuracy: 0.01 }),
  minHash: algebra.minHash({ size: 16 }),
}

describe('the table of aggregations', () => {
  const rows = page
    .split('\n')
    .filter((line) => /^\| `\w+`(, `\w+`)* \|/.test(line))
    .map((line) => line.split('|').map((cell) => cell.trim()))

  it.each(Object.entries(shipped))('says the laws of %s', (name, { commutative, idempotent }) => {
    const [, , , , ...laws] = rows.find(([, names]) => names?.split(', ').includes(`\`${name}\``)) ?? []
    expect(laws.slice(0, 2)).toEqual([commutative ? 'yes' : 'no', idempotent ? 'yes' : 'no'])
  })

  it('has all there are, and all combinators', () => {
    const combinators = [...page.matchAll(/`(\w+)\(/g)].map(([, name]) => name)
    // What makes aggregations, and what reads one.
    const others = ['aggregation', 'valueAt']
    expect(Object.keys(algebra).filter((name) => ![...Object.keys(shipped), ...others, ...combinators].includes(name))).toEqual([])
  })
})
