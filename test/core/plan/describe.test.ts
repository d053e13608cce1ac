import { expect, it, describe as suite } from 'vitest'
import { describe, planOf } from '../../../core/plan/index.ts'
import { beacons, diamond, severalTails, wordHistogram } from './jobs.ts'

suite('describe', () => {
  it('tells of a job with a join, a sink, windows and a name', () => {
    expect(describe(planOf(beacons()))).toBe(`job beacon-counts

stage beacons reads source beacons: json, with event time
  beacons
  → write(raw)
  → filter·keyBy
  → leftJoin(countries)
  → people: filterKeys
  → map·window
  → sumByKey(views)

store views: tuple(string,int) → int, by sum
  commutative: merged in any order
  fed by stage beacons
  passes nothing on

sink raw: json
  written by stage beacons

service countries: string → string
  asked by stage beacons`)
  })

  it('tells of a sum on top of a sum', () => {
    expect(describe(planOf(wordHistogram()))).toBe(`job word-histogram

stage lines reads source lines: string
  lines
  → flatMap·map
  → sumByKey(counts)

stage counts reads changes of store counts: change(string,int)
  sumByKey(counts)
  → flatMap
  → sumByKey(histogram)

store counts: string → int, by sum
  commutative: merged in any order
  fed by stage lines
  passes on merged changes, to stage counts

store histogram: int → int, by sum
  commutative: merged in any order
  fed by stage counts
  passes nothing on`)
  })

  it('shows a shared step once in each stage, and how often a step reads another', () => {
    expect(describe(planOf(diamond()))).toBe(`job diamond

stage numbers reads source numbers: int
  numbers
  → filter
  → twice: merge ×2
  ├→ filter·map
  │  → merge
  │  → sumByKey(totals)
  └→ filter·map#2
     → merge ↑

stage more reads source more: int
  more
  → twice: merge
  ├→ filter·map
  │  → merge
  │  → sumByKey(totals)
  └→ filter·map#2
     → merge ↑

store totals: string → int, by sum
  commutative: merged in any order
  fed by stages numbers, more
  passes nothing on`)
  })

  it('tells of several tails, of order, of every change, and of work that waits', () => {
    expect(describe(planOf(severalTails()))).toBe(`job several-tails

stage clicks reads source clicks: tuple(string,int)
  clicks
  → enriched: mapAsync, 4 at a time
  ├→ sumByKey(latest)
  └→ sumByKey(totals)

stage totals reads changes of store totals: change(string,int)
  sumByKey(totals)
  ├→ keys
  │  → write(log)
  └→ leftJoin(users)
     → mapValues·values
     → write(log)#2

store latest: string → int, by last
  not commutative: the records of each source are merged in the order they were sent
  fed by stage clicks
  passes nothing on

store totals: string → int, by sum
  commutative: merged in any order
  fed by stage clicks
  passes on a change for every element, to stage totals

sink log: string
  written by stage totals

service users: string → string
  asked by stage totals`)
  })

  it('shows every step on its own where no rule is applied', () => {
    const [, first] = describe(planOf(diamond(), { rules: [] })).split('\n\n')
    expect(first).toBe(`stage numbers reads source numbers: int
  numbers
  → filter
  → merge ×2
  → twice: merge
  ├→ filter#2
  │  → map
  │  → merge#2
  │  → sumByKey(totals)
  └→ filter#3
     → map#2
     → merge#2 ↑`)
  })

  it('is the same text for the same job built anew', () => {
    for (const build of [beacons, wordHistogram, diamond, severalTails]) {
      expect(describe(planOf(build()))).toBe(describe(planOf(build())))
    }
  })
})
