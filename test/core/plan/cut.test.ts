import { describe, expect, it } from 'vitest'
import { aggregation } from '../../../core/algebra/aggregation.ts'
import { int } from '../../../core/codec/int.ts'
import { string } from '../../../core/codec/string.ts'
import { tuple } from '../../../core/codec/tuple.ts'
import { job } from '../../../core/job.ts'
import { cut } from '../../../core/plan/cut.ts'
import { source } from '../../../core/producer/fluent.ts'
import { sink, store } from '../../../core/slot/slot.ts'

const sum = aggregation({ id: 'sum', value: int, semigroup: { concat: (a, b) => a + b }, commutative: true })
const last = aggregation({ id: 'last', value: int, semigroup: { concat: (_, b) => b } })

const lines = source('lines', { item: string, timestamp: (line) => line.length })
const numbers = source('numbers', { item: int })
const counts = store('counts', { key: string, sum })
const raw = sink('raw', { item: string })
const seen = sink('seen', { item: int })

const one = (line: string) => [line, 1] as const
const planned = (j: { readonly name: string; readonly tails: Parameters<typeof cut>[1] }) => cut(j.name, j.tails)
const idsOf = (j: Parameters<typeof planned>[0]) => planned(j).stages.map(({ steps }) => steps.map(({ id }) => id))

describe('cut', () => {
  it('makes one stage of what lies between a source and the sums and writes it feeds', () => {
    const plan = planned(job('j', lines.write(raw).map(one).sumByKey(counts)))
    expect(plan.streams.map(({ name, from }) => [name, from])).toEqual([['lines', 'source']])
    expect(plan.stages.map(({ stream, stores, sinks }) => ({ stream, stores, sinks }))).toEqual([
      { stream: 'lines', stores: ['counts'], sinks: ['raw'] },
    ])
    expect(plan.stores.map(({ slot, ordered, emit, emits, fedBy }) => [slot, ordered, emit, emits, fedBy])).toEqual([
      [counts, false, 'merged', false, ['lines']],
    ])
  })

  it('starts a stage at every sum whose changes something reads', () => {
    const plan = planned(job('j', lines.map(one).sumByKey(counts).keys().write(raw)))
    expect(plan.streams.map(({ name, from }) => [name, from])).toEqual([
      ['lines', 'source'],
      ['counts', 'store'],
    ])
    expect(plan.stores.map(({ emits }) => emits)).toEqual([true])
    expect(plan.streams[1]?.item.id).toBe('change(string,int)')
  })

  it('lists sources first, however the tails are ordered', () => {
    const plan = planned(job('j', lines.map(one).sumByKey(counts).keys().write(raw), numbers.write(seen)))
    expect(plan.streams.map(({ name }) => name)).toEqual(['lines', 'numbers', 'counts'])
    expect(plan.stages.map(({ stream }) => stream)).toEqual(['lines', 'numbers', 'counts'])
  })

  it('runs a step below a merge in the stage of every stream that reaches it', () => {
    const lengths = lines.map((line) => line.length).merge(numbers)
    expect(idsOf(job('j', lengths.write(seen)))).toEqual([
      ['lines', 'map', 'merge', 'write(seen)'],
      ['numbers', 'merge', 'write(seen)'],
    ])
  })

  it('counts a reader that reads twice twice', () => {
    const plan = planned(job('j', numbers.merge(numbers.name('again')).write(seen)))
    expect(plan.stages[0]?.steps.map(({ readers }) => readers)).toEqual([[1, 1], [2], []])
  })

  it('plans no step that leads to no output, though an also ensures it', () => {
    const dead = lines.map((line) => line.length).filter((n) => n > 3)
    expect(idsOf(job('j', dead.also(numbers.write(seen)).write(seen)))).toEqual([['numbers', 'write(seen)', 'write(seen)#2']])
    expect(idsOf(job('j', dead.also(numbers).write(seen)))).toEqual([['numbers', 'write(seen)']])
  })

  it('asks for event time only where a step that runs needs it', () => {
    const timed = lines.withTime()
    expect(planned(job('j', timed.also(lines).write(raw))).streams[0]).not.toHaveProperty('timestamp')
    expect(planned(job('j', timed.map(([line]) => line).write(raw))).streams[0]).toHaveProperty('timestamp')
  })

  it('has a store emit only if its changes lead to an output', () => {
    const dead = lines.map(one).sumByKey(counts).keys()
    const plan = planned(job('j', dead.also(numbers.write(seen)).write(seen)))
    expect(plan.streams.map(({ name }) => name)).toEqual(['lines', 'numbers'])
    expect(plan.stores.map(({ emits }) => emits)).toEqual([false])
  })

  it('keeps order where the aggregation does not commute', () => {
    const latest = store('latest', { key: tuple(string, int), sum: last })
    const plan = planned(
      job(
        'j',
        lines
          .map((line) => [line, 2] as const)
          .window({ label: 'w', windowsOf: (t) => [t] })
          .sumByKey(latest),
      ),
    )
    expect(plan.stores.map(({ ordered }) => ordered)).toEqual([true])
    expect(plan.streams[0]?.timestamp?.('four')).toBe(4)
  })

  it('gives each step one readable name', () => {
    const tails = job(
      'j',
      lines
        .map(one)
        .name('ones')
        .filter(() => true)
        .mapValues((n) => n)
        .filterKeys(() => true)
        .sumByKey(counts),
      lines.map(one).keys().write(raw),
    )
    expect(idsOf(tails)).toEqual([['lines', 'ones', 'filter', 'mapValues', 'filterKeys', 'sumByKey(counts)', 'map', 'keys', 'write(raw)']])
    expect(
      idsOf(
        job(
          'j',
          lines
            .filter(() => true)
            .filter(() => true)
            .write(raw),
        ),
      ),
    ).toEqual([['lines', 'filter', 'filter#2', 'write(raw)']])
    expect(
      idsOf(
        job(
          'j',
          lines
            .filter(() => true)
            .name('a')
            .name('b')
            .filter(() => true)
            .name('a')
            .write(raw),
        ),
      ),
    ).toEqual([['lines', 'a', 'a#2', 'write(raw)']])
  })

  it('leaves a name that the user gave to the step that has it', () => {
    expect(
      idsOf(
        job(
          'j',
          lines
            .map((line) => line)
            .map((line) => line)
            .name('map')
            .write(raw),
        ),
      ),
    ).toEqual([['lines', 'map#2', 'map', 'write(raw)']])
    expect(
      idsOf(
        job(
          'j',
          lines
            .map((line) => line)
            .name('numbers')
            .write(raw),
          numbers.write(seen),
        ),
      ),
    ).toEqual([
      ['lines', 'numbers#2', 'write(raw)'],
      ['numbers', 'write(seen)'],
    ])
  })
})
