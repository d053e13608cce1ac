import { describe, expect, it } from 'vitest'
import { of } from '../../../core/codec/codec.ts'
import { job } from '../../../core/job.ts'
import { dot, planOf } from '../../../core/plan/index.ts'
import { source } from '../../../core/producer/fluent.ts'
import { sink } from '../../../core/slot/slot.ts'
import { severalTails, wordHistogram } from './jobs.ts'

describe('dot', () => {
  it('draws a job as it was written', () => {
    expect(dot(severalTails())).toBe(`digraph "several-tails" {
  rankdir=LR
  node [fontname="Helvetica", fontsize=11]
  edge [fontname="Helvetica", fontsize=9]
  "n0" [shape=cds, label="clicks"]
  "n1" [shape=box, label="mapAsync"]
  "n2" [shape=plaintext, label="enriched"]
  "n3" [shape=cylinder, label="sumByKey(latest)"]
  "n4" [shape=cylinder, label="sumByKey(totals)"]
  "n5" [shape=box, label="keys"]
  "n6" [shape=parallelogram, label="write(log)"]
  "n7" [shape=plaintext, label="also"]
  "n8" [shape=box, label="leftJoin(users)"]
  "n9" [shape=box, label="mapValues"]
  "n10" [shape=box, label="values"]
  "n11" [shape=parallelogram, label="write(log)"]
  "service0" [shape=component, label="users"]
  "n0" -> "n1"
  "n1" -> "n2"
  "n2" -> "n3"
  "n2" -> "n4"
  "n4" -> "n5"
  "n5" -> "n6"
  "n3" -> "n7" [style=dashed, label="ensured"]
  "n6" -> "n7"
  "n4" -> "n8"
  "n8" -> "n9"
  "n9" -> "n10"
  "n10" -> "n11"
  "service0" -> "n8" [style=dashed]
}`)
  })

  it('draws a plan as it runs', () => {
    expect(dot(planOf(wordHistogram()))).toBe(`digraph "word-histogram" {
  rankdir=LR
  node [fontname="Helvetica", fontsize=11]
  edge [fontname="Helvetica", fontsize=9]
  "source0" [shape=cds, label="lines"]
  "store1" [shape=cylinder, label="counts\\nsum"]
  "store2" [shape=cylinder, label="histogram\\nsum"]
  subgraph "cluster_stage0" {
    label="stage lines"
    fontname="Helvetica"
    style=rounded
    "stage0_1" [shape=box, label="flatMap·map"]
    "stage0_2" [shape=box, label="sumByKey(counts)"]
  }
  subgraph "cluster_stage1" {
    label="stage counts"
    fontname="Helvetica"
    style=rounded
    "stage1_1" [shape=box, label="flatMap"]
    "stage1_2" [shape=box, label="sumByKey(histogram)"]
  }
  "source0" -> "stage0_1" [style=bold, label="string"]
  "stage0_1" -> "stage0_2"
  "stage0_2" -> "store1" [style=bold]
  "store1" -> "stage1_1" [style=bold, label="change(string,int)"]
  "stage1_1" -> "stage1_2"
  "stage1_2" -> "store2" [style=bold]
}`)
  })

  it('lets no label end early or mean something to Graphviz', () => {
    const hostile = of<string>({ id: '"];\\N&lt;\n}', encode: (text) => text, decode: (text) => text })
    const lines = source('lines', { item: hostile })
    const drawn = dot(planOf(job('j', lines.write(sink('out', { item: hostile })))))
    expect(drawn).toContain(String.raw`label="\"];\\N&amp;lt;\n}"`)
  })
})
