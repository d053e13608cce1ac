import { describe, expect, it } from 'vitest'
import { int } from '../../../core/codec/int.ts'
import { string } from '../../../core/codec/string.ts'
import { tuple } from '../../../core/codec/tuple.ts'
import type { Node } from '../../../core/graph/node.ts'
import { topological } from '../../../core/graph/walk.ts'
import { cut, verbOf } from '../../../core/plan/cut.ts'
import { labelOf } from '../../../core/plan/label.ts'
import { optimise, standardRules } from '../../../core/plan/optimise.ts'
import { filterBeforeJoin } from '../../../core/plan/rules/filter-before-join.ts'
import { flattenMerge } from '../../../core/plan/rules/flatten-merge.ts'
import { fuse } from '../../../core/plan/rules/fuse.ts'
import { liftAlso } from '../../../core/plan/rules/lift-also.ts'
import type { Rule } from '../../../core/plan/rules/rule.ts'
import { source } from '../../../core/producer/fluent.ts'
import type { Producer } from '../../../core/producer/producer.ts'
import { type AnySlot, service, sink, store } from '../../../core/slot/slot.ts'
import { sum } from './jobs.ts'

const words = source('words', { item: string })
const pairs = source('pairs', { item: tuple(string, int) })
const more = source('more', { item: string })
const out = sink('out', { item: string })
const copy = sink('copy', { item: string })
const counts = store('counts', { key: string, sum })
const users = service('users', { key: string, value: string })
const places = service('places', { key: string, value: string })

type Tails = readonly Producer<unknown, AnySlot>[]
const nodesOf = (tails: Tails) => tails.map(({ node }) => node)
/** Every node, parents first, as a word each. */
const verbs = (tails: readonly Node[]) => topological(tails).map(verbOf)
const stages = (tails: readonly Node[]) => cut('j', tails).stages.map(({ steps }) => steps.map(labelOf))
const after = (rule: Rule, ...tails: Tails) => rule.apply(nodesOf(tails))
const unchanged = (rule: Rule, ...tails: Tails) => expect(after(rule, ...tails)).toEqual(nodesOf(tails).map((node) => exactly(node)))
const exactly = (node: Node) => ({ asymmetricMatch: (other: unknown) => other === node })

const same = (text: string) => text
const one = (text: string) => [text, 1] as const
const any = () => true

describe('liftAlso', () => {
  it('makes what is ensured a tail, before what passes it on', () => {
    const ensured = words.write(out)
    const result = words.map(one).sumByKey(counts)
    expect(after(liftAlso, ensured.also(result))).toEqual([exactly(ensured.node), exactly(result.node)])
  })

  it('reaches alsos in the middle of a graph', () => {
    const tails = after(liftAlso, words.write(out).also(more).map(same).write(copy))
    expect(tails.map(verbOf)).toEqual(['write(out)', 'write(copy)'])
    expect(verbs(tails)).toEqual(['words', 'write(out)', 'more', 'map', 'write(copy)'])
  })

  it('leaves tails in the order they have', () => {
    const first = words.write(out)
    const second = first.map(one).sumByKey(counts)
    unchanged(liftAlso, second, first)
    const third = words.write(copy)
    expect(after(liftAlso, second, first.also(third))).toEqual([second, first, third].map(({ node }) => exactly(node)))
  })

  it('keeps each tail once', () => {
    const tail = words.write(out)
    expect(after(liftAlso, tail.also(tail), tail)).toEqual([exactly(tail.node)])
  })

  it('drops what leads to no output, down to the outputs it stands on', () => {
    const tails = after(liftAlso, words.map(same).also(more.write(copy).map(same)).also(pairs.sumByKey(counts)))
    expect(verbs(tails)).toEqual(['more', 'write(copy)', 'pairs', 'sumByKey(counts)'])
  })

  it('keeps the name on a tail', () => {
    unchanged(liftAlso, pairs.sumByKey(counts).name('totals'))
  })
})

describe('flattenMerge', () => {
  it('makes a merge of merges one', () => {
    const a = words.map(same)
    const tails = after(flattenMerge, a.merge(more).merge(words.merge(more)).write(out))
    expect(verbs(tails)).toEqual(['words', 'map', 'more', 'merge', 'write(out)'])
    const merge = topological(tails).find(({ kind }) => kind === 'merge')
    expect(merge?.kind === 'merge' && merge.inputs).toEqual([a.node, more.node, words.node, more.node].map(exactly))
  })

  it('keeps an input that stands twice twice', () => {
    const merge = topological(after(flattenMerge, words.merge(words).merge(words).write(out))).find(({ kind }) => kind === 'merge')
    expect(merge?.kind === 'merge' && merge.inputs.length).toBe(3)
  })

  it('leaves a merge that is read twice, or has a name', () => {
    const both = words.merge(more)
    unchanged(flattenMerge, both.merge(both).write(out))
    unchanged(flattenMerge, both.merge(words).write(out), both.write(copy))
    unchanged(flattenMerge, both.name('both').merge(words).write(out))
  })
})

describe('filterBeforeJoin', () => {
  it('asks for fewer keys', () => {
    const joined = pairs
      .leftJoin(users)
      .filterKeys(any)
      .map(([key]) => key)
    expect(stages(after(filterBeforeJoin, joined.write(out)))).toEqual([['pairs', 'filterKeys', 'leftJoin(users)', 'map', 'write(out)']])
  })

  it('moves several filters through several joins, in their order, in one pass', () => {
    const seen: string[] = []
    const filter = (name: string) => () => {
      seen.push(name)
      return true
    }
    const joined = pairs.leftJoin(users).leftJoin(places).filterKeys(filter('first')).filterKeys(filter('second')).keys()
    const tails = after(filterBeforeJoin, joined.write(out))
    expect(verbs(tails)).toEqual(['pairs', 'filterKeys', 'filterKeys', 'leftJoin(users)', 'leftJoin(places)', 'keys', 'write(out)'])
    for (const node of topological(tails)) {
      if (node.kind === 'transform' && node.operator.verbs[0] === 'filterKeys')
        node.operator.push(() => {}, { index: 0, time: 0 })(['k', 1])
    }
    expect(seen).toEqual(['first', 'second'])
  })

  it('stops at a join that something else reads too', () => {
    const joined = pairs.leftJoin(users)
    unchanged(filterBeforeJoin, joined.filterKeys(any).keys().write(out), joined.keys().write(copy))
    const again = joined.leftJoin(places).filterKeys(any).keys()
    expect(verbs(after(filterBeforeJoin, again.write(out), joined.keys().write(copy)))).toEqual([
      'pairs',
      'leftJoin(users)',
      'filterKeys',
      'leftJoin(places)',
      'keys',
      'write(out)',
      'keys',
      'write(copy)',
    ])
  })

  it('leaves a filter with a name, a join with a name, and filters of more than keys', () => {
    unchanged(filterBeforeJoin, pairs.leftJoin(users).filterKeys(any).name('known').keys().write(out))
    unchanged(filterBeforeJoin, pairs.leftJoin(users).name('joined').filterKeys(any).keys().write(out))
    unchanged(filterBeforeJoin, pairs.leftJoin(users).filter(any).keys().write(out))
    unchanged(filterBeforeJoin, pairs.leftJoin(users).filterValues(any).keys().write(out))
  })

  it('lets several readers read what it moved', () => {
    const kept = pairs.leftJoin(users).filterKeys(any)
    const tails = after(filterBeforeJoin, kept.keys().write(out), kept.map(([key]) => key).write(copy))
    expect(verbs(tails)).toEqual(['pairs', 'filterKeys', 'leftJoin(users)', 'keys', 'write(out)', 'map', 'write(copy)'])
  })
})

describe('fuse', () => {
  it('makes a chain of steps one', () => {
    expect(
      stages(
        after(
          fuse,
          words
            .map(same)
            .filter(any)
            .map(one)
            .mapValues((n) => n)
            .sumByKey(counts),
        ),
      ),
    ).toEqual([['words', 'map·filter·map·mapValues', 'sumByKey(counts)']])
  })

  it('does first what stood first', () => {
    const tails = after(
      fuse,
      words
        .map((text) => `${text}b`)
        .filter((text) => text !== 'xb')
        .map((text) => `${text}c`)
        .write(out),
    )
    const fused = topological(tails).find(({ kind }) => kind === 'transform')
    const seen: unknown[] = []
    if (fused?.kind === 'transform') ['a', 'x'].forEach(fused.operator.push((text) => seen.push(text), { index: 0, time: 0 }))
    expect(seen).toEqual(['abc'])
  })

  it('does not fuse across fan-out, a name or a tail', () => {
    const mapped = words.map(same)
    unchanged(fuse, mapped.map(same).write(out), mapped.filter(any).write(copy))
    unchanged(fuse, mapped.name('mapped').map(same).write(out))
    unchanged(fuse, mapped.map(same).write(out), mapped)
    const merged = words.map(same)
    unchanged(fuse, merged.merge(merged).map(same).write(out))
  })

  it('keeps what is known of the steps', () => {
    const timed = source('timed', { item: tuple(string, int), timestamp: ([, at]) => at })
    const fused = (tail: Producer<unknown, AnySlot>) =>
      topological(after(fuse, tail)).flatMap((node) => (node.kind === 'transform' ? [node.operator] : []))
    expect(
      fused(
        pairs
          .filterKeys(any)
          .mapValues((n) => n)
          .sumByKey(counts),
      ),
    ).toMatchObject([{ keys: 'kept', needsTime: false }])
    expect(
      fused(
        timed
          .mapKeys(same)
          .mapValues((n) => n)
          .sumByKey(counts),
      ),
    ).toMatchObject([{ keys: 'changed', needsTime: false }])
    expect(
      fused(
        timed
          .withTime()
          .map(([[key]]) => key)
          .write(out),
      ),
    ).toMatchObject([{ keys: 'changed', needsTime: true }])
  })
})

describe('optimise', () => {
  it('moves a filter before it fuses it', () => {
    const joined = pairs
      .mapValues((n) => n)
      .leftJoin(users)
      .filterKeys(any)
      .leftJoin(places)
      .filterKeys(any)
      .map(([key]) => key)
    expect(stages(optimise(nodesOf([joined.write(out)])))).toEqual([
      ['pairs', 'mapValues·filterKeys·filterKeys', 'leftJoin(users)', 'leftJoin(places)', 'map', 'write(out)'],
    ])
  })

  it('fuses what an also alone held apart', () => {
    const first = words.map(same)
    const tails = optimise(nodesOf([first.also(first.filter(any).write(out))]))
    expect(stages(tails)).toEqual([['words', 'map·filter', 'write(out)']])
  })

  it('changes nothing where there is nothing to gain', () => {
    const tails = nodesOf([words.map(same).write(out), pairs.sumByKey(counts)])
    expect(optimise(tails)).toBe(tails)
  })

  it('copes with a graph of thousands of steps', () => {
    let filtered: Producer<string, AnySlot> = words
    for (let i = 0; i < 5_000; i++) filtered = (i % 2 === 0 ? filtered.filter(any) : filtered.merge(more)) as typeof filtered
    let joined: Producer<readonly [string, unknown], AnySlot> = pairs
    for (let i = 0; i < 100; i++) joined = joined.leftJoin(users).filterKeys(any)
    const tails = optimise(nodesOf([filtered.write(out), joined.keys().write(copy)]))
    expect(stages(tails).map(({ length }) => length)).toEqual([5_002, 5_001, 104])
  })

  it('says so if rules undo each other', () => {
    const flip: Rule = { name: 'flip', why: 'for fun', apply: (tails) => tails.toReversed() }
    expect(() => optimise(nodesOf([words.write(out), words.write(copy)]), [...standardRules, flip])).toThrow(
      'internal error: the rules liftAlso, flattenMerge, filterBeforeJoin, fuse, flip do not settle',
    )
  })
})
