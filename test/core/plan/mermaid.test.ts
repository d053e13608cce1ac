import { describe, expect, it } from 'vitest'
import { of } from '../../../core/codec/codec.ts'
import { job } from '../../../core/job.ts'
import { mermaid, planOf } from '../../../core/plan/index.ts'
import { source } from '../../../core/producer/fluent.ts'
import { sink } from '../../../core/slot/slot.ts'
import { beacons, severalTails } from './jobs.ts'

describe('mermaid', () => {
  it('draws a job as it was written', () => {
    expect(mermaid(severalTails())).toBe(`flowchart LR
  n0(["clicks"])
  n1["mapAsync"]
  n2>"enriched"]
  n3[("sumByKey(latest)")]
  n4[("sumByKey(totals)")]
  n5["keys"]
  n6[/"write(log)"/]
  n7>"also"]
  n8["leftJoin(users)"]
  n9["mapValues"]
  n10["values"]
  n11[/"write(log)"/]
  service0{{"users"}}
  n0 --> n1
  n1 --> n2
  n2 --> n3
  n2 --> n4
  n4 --> n5
  n5 --> n6
  n3 -.->|"ensured"| n7
  n6 --> n7
  n4 --> n8
  n8 --> n9
  n9 --> n10
  n10 --> n11
  service0 -.-> n8`)
  })

  it('draws a plan as it runs', () => {
    expect(mermaid(planOf(beacons()))).toBe(`flowchart LR
  source0(["beacons"])
  store1[("views<br>sum")]
  sink2[/"raw"/]
  service0{{"countries"}}
  subgraph stage0 ["stage beacons"]
    stage0_1["write(raw)"]
    stage0_2["filter·keyBy"]
    stage0_3["leftJoin(countries)"]
    stage0_4["people: filterKeys"]
    stage0_5["map·window"]
    stage0_6["sumByKey(views)"]
  end
  source0 ==>|"json"| stage0_1
  stage0_1 --> stage0_2
  stage0_1 ==> sink2
  stage0_2 --> stage0_3
  stage0_3 --> stage0_4
  service0 -.-> stage0_3
  stage0_4 --> stage0_5
  stage0_5 --> stage0_6
  stage0_6 ==> store1`)
  })

  it('lets no label end early, carry markup or give directives', () => {
    const hostile = of<string>({ id: '"]<b>%%{init}%%\n`#\\', encode: (text) => text, decode: (text) => text })
    const lines = source('lines', { item: hostile })
    const drawn = mermaid(planOf(job('j', lines.write(sink('out', { item: hostile })))))
    expect(drawn).toContain('|"#34;]#60;b#62;#37;#37;{init}#37;#37;<br>#96;#35;#92;"|')
  })
})
