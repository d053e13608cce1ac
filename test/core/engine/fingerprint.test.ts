import { describe, expect, it } from 'vitest'
import { type AggregationSpec, aggregation } from '../../../core/algebra/aggregation.ts'
import { sum } from '../../../core/algebra/index.ts'
import { type Codec, of } from '../../../core/codec/codec.ts'
import { int } from '../../../core/codec/int.ts'
import { json } from '../../../core/codec/json.ts'
import { string } from '../../../core/codec/string.ts'
import { deployedOf, refuseMisreading } from '../../../core/engine/fingerprint.ts'
import type { Deployed } from '../../../core/engine/log.ts'
import { job } from '../../../core/job.ts'
import { planOf } from '../../../core/plan/index.ts'
import { source } from '../../../core/producer/fluent.ts'
import type { Tail } from '../../../core/producer/producer.ts'
import { type AnySlot, sink, store } from '../../../core/slot/slot.ts'

interface Parts {
  readonly item?: Codec<string>
  readonly key?: Codec<string>
  readonly sum?: Partial<AggregationSpec<number, number, number>>
  readonly partitions?: number
}

const stringAgain = (version: number) => of<string>({ ...string, version })

function deployed({ item = string, key = string, sum: changed = {}, partitions = 8 }: Parts = {}): Deployed {
  const words = source('words', { item })
  const counts = store('counts', {
    key,
    sum: aggregation({ id: 'sum', value: int, commutative: true, semigroup: { concat: (a, b) => a + b }, ...changed }),
  })
  const out = sink('out', { item: string })
  const plan = planOf(
    job(
      'j',
      words
        .write(out)
        .map((word) => [word, 1] as const)
        .sumByKey(counts),
    ),
  )
  return deployedOf(plan, 'words', () => partitions)
}

/** Through Redis and back. */
const stored = (plan: Deployed): Deployed => JSON.parse(JSON.stringify(plan)) as Deployed

const refusal = (there: Deployed, here: Deployed): string => {
  try {
    refuseMisreading('j', stored(there), here)
    return ''
  } catch (error) {
    expect(error).toMatchObject({ code: 'plan-mismatch' })
    return (error as Error).message
  }
}

describe('a fingerprint', () => {
  it('is the same for the same plan, and for one that does something else with the same state', () => {
    expect(deployed().fingerprint).toBe(deployed().fingerprint)
    expect(deployed({ sum: { semigroup: { concat: Math.max } } }).fingerprint).toBe(deployed().fingerprint)
    expect(deployed().fingerprint).toMatch(/^[0-9a-f]{16}$/)
  })

  it.each<[string, Parts]>([
    ['another key codec', { key: stringAgain(2) }],
    ['another item codec', { item: stringAgain(2) }],
    ['another aggregation', { sum: { id: 'product' } }],
    ['other partitions', { partitions: 9 }],
    ['another order', { sum: { commutative: false } }],
  ])('tells %s', (_, parts) => {
    expect(deployed(parts).fingerprint).not.toBe(deployed().fingerprint)
  })
})

describe('refuseMisreading', () => {
  it('lets the same plan pass', () => {
    expect(refusal(deployed(), deployed())).toBe('')
  })

  it.each<[string, Parts, string]>([
    ['keys written another way', { key: stringAgain(2) }, 'store counts: key is string in Redis, string@2 here'],
    ['values written another way', { sum: { value: json<number>() } }, 'store counts: value is int in Redis, json here'],
    ['another aggregation', { sum: { id: 'product' } }, 'store counts: sum is sum in Redis, product here'],
    ['other partitions', { partitions: 9 }, 'store counts: partitions is 8 in Redis, 9 here'],
    ['an order that matters now', { sum: { commutative: false } }, 'store counts: ordered is false in Redis, true here'],
    ['records written another way', { item: stringAgain(2) }, 'stream words: records are string in Redis, string@2 here'],
  ])('refuses %s, and says it', (_, parts, difference) => {
    expect(refusal(deployed(), deployed(parts))).toContain(difference)
  })

  it('says every difference, and what to do', () => {
    const message = refusal(deployed(), deployed({ key: stringAgain(2), partitions: 9 }))
    expect(message).toContain('job j')
    expect(message).toContain('key is string')
    expect(message).toContain('partitions is 8')
    expect(message).toContain('tanager reset')
  })

  const lines = source('lines', { item: string })
  const total = store('total', { key: string, sum })
  const one = (line: string) => [line, 1] as const
  const plan = (tail: Tail<unknown, AnySlot>) => deployedOf(planOf(job('j', tail)), '', () => 8)

  it('welcomes slots that are new, and leaves alone those that are gone', () => {
    const before = plan(lines.map(one).sumByKey(total))
    const after = plan(
      lines
        .map(one)
        .sumByKey(store('other', { key: string, sum }))
        .keys()
        .write(sink('keys', { item: string })),
    )
    expect(refusal(before, after)).toBe('')
    expect(refusal(after, before)).toBe('')
  })

  it('lets a store be read that nobody read before', () => {
    const before = plan(lines.map(one).sumByKey(total))
    const after = plan(
      lines
        .map(one)
        .sumByKey(total)
        .keys()
        .write(sink('keys', { item: string })),
    )
    expect(refusal(before, after)).toBe('')
  })

  // What a sink has kept would be taken for what was sent.
  it('refuses a name that has changed its kind', () => {
    const before = plan(lines.write(sink('kept', { item: string })))
    const after = plan(source('kept', { item: string }).map(one).sumByKey(total))
    expect(refusal(before, after)).toContain('kept is a sink in Redis, a stream here')
    expect(refusal(after, before)).toContain('kept is a stream in Redis, a sink here')
  })

  it.each(['constructor', 'toString', 'valueOf', 'hasOwnProperty'])('takes a new slot called %s for a new slot', (name) => {
    const before = plan(lines.map(one).sumByKey(total))
    const after = plan(
      source(name, { item: string })
        .map(one)
        .sumByKey(store(`${name}s`, { key: string, sum }))
        .keys()
        .write(sink(`${name}.out`, { item: string })),
    )
    expect(refusal(before, after)).toBe('')
    expect(refusal(before, plan(lines.map(one).sumByKey(store(name, { key: string, sum }))))).toBe('')
    expect(refusal(before, plan(lines.write(sink(name, { item: string }))))).toBe('')
  })
})
