import { describe, expect, it } from 'vitest'
import type { Contest } from '../../bench/algebra/contest.ts'
import { sketchesJs } from '../../bench/algebra/datadog.ts'
import { contests } from '../../bench/algebra/index.ts'

// A bench that measures wrong answers says nothing: so that every way is asked for the truth, one that answers something
// else must be found out. Peers need not be installed for this.

const adding = Object.entries(contests).flatMap(([name, contest]) =>
  name.includes('Add') ? contest.ways.filter((way) => way !== sketchesJs).map((way) => ({ name, way, contest })) : [],
)
const start = (contest: Contest, way: string, size: number) => contest.start(way, size, 'no peers')

describe('the bench of aggregations', () => {
  it('has ways to compare', () => expect(adding.length).toBeGreaterThan(0))

  it.each(adding)('takes the answer of $name, $way, and not one to other inputs', async ({ contest, way }) => {
    const { pass, check } = start(contest, way, 5_000)
    const answer = await pass()
    expect(() => check(answer)).not.toThrow()
    expect(() => start(contest, way, 50).check(answer)).toThrow('a wrong answer')
  })

  it.each(Object.entries(contests).filter(([name]) => name.startsWith('topK')))('takes the ranking of %s', async (_, contest) => {
    const [ours, byHand] = contest.ways.map((way) => start(contest, way, 0))
    expect(await ours?.pass()).toEqual(await byHand?.pass())
    expect(() => ours?.check([])).toThrow('a wrong answer')
  })
})
