import { none, some } from 'fp-ts/lib/Option.js'
import { describe, expect, it } from 'vitest'
import { aggregation } from '../../../../core/algebra/aggregation.ts'
import { int } from '../../../../core/codec/int.ts'
import { string } from '../../../../core/codec/string.ts'
import type { Change } from '../../../../core/producer/producer.ts'
import { store } from '../../../../core/slot/slot.ts'
import { emissionFaults } from '../../../../testing/laws/platform/emission.ts'

const sum = aggregation({ id: 'sum', value: int, semigroup: { concat: (a, b) => a + b }, commutative: true })
const counts = store('counts', { key: string, sum })

describe('the emission law', () => {
  const emission = { sink: 'changes', store: counts }
  const faults = (changes: readonly (readonly [string, Change<number>])[], total: number) =>
    emissionFaults(emission, { stores: { counts: new Map([['a', total]]) }, sinks: { changes }, deadLetters: [] })

  it('allows any cut, and any order in which a sink was told', () => {
    expect(faults([['a', { before: none, delta: 3 }]], 3)).toEqual([])
    expect(
      faults(
        [
          ['a', { before: some(2), delta: 1 }],
          ['a', { before: none, delta: 2 }],
        ],
        3,
      ),
    ).toEqual([])
    expect(
      faults(
        [
          ['a', { before: none, delta: 0 }],
          ['a', { before: some(0), delta: 0 }],
          ['a', { before: some(0), delta: 0 }],
        ],
        0,
      ),
    ).toEqual([])
  })

  it('allows a key to end at nothing, and to begin again, where empty totals are not kept', () => {
    const tally = store('counts', { key: string, sum: aggregation({ ...sum, value: int, isEmpty: (total) => total === 0 }) })
    const told = (changes: readonly (readonly [string, Change<number>])[], held: ReadonlyMap<string, number>) =>
      emissionFaults({ sink: 'changes', store: tally }, { stores: { counts: held }, sinks: { changes }, deadLetters: [] })
    const there: readonly [string, Change<number>] = ['a', { before: none, delta: 2 }]
    const back: readonly [string, Change<number>] = ['a', { before: some(2), delta: -2 }]
    expect(told([there, back], new Map())).toEqual([])
    expect(told([back, there, there], new Map([['a', 2]]))).toEqual([])
    expect(told([['a', { before: none, delta: 0 }]], new Map())).toEqual([])
    expect(told([there, back], new Map([['a', 2]]))).toEqual(['counts: the changes of a lead to nothing, but it holds 2'])
    expect(told([there, there, back, back, back], new Map())).toHaveLength(1)
  })

  it('refuses a wrong total, a wrong before, a change told twice and one that is missing', () => {
    expect(faults([['a', { before: none, delta: 3 }]], 4)).toEqual(['counts: the changes of a lead to 3, but it holds 4'])
    expect(
      faults(
        [
          ['a', { before: none, delta: 2 }],
          ['a', { before: some(1), delta: 1 }],
        ],
        3,
      ),
    ).toEqual(['counts: the changes of a are no path: nothing to =2, =1 to =2'])
    expect(
      faults(
        [
          ['a', { before: none, delta: 3 }],
          ['a', { before: none, delta: 3 }],
        ],
        3,
      ),
    ).toHaveLength(1)
    expect(faults([['a', { before: some(1), delta: 2 }]], 3)).toHaveLength(1)
    expect(
      faults(
        [
          ['a', { before: none, delta: 1 }],
          ['a', { before: some(5), delta: 1 }],
          ['a', { before: some(6), delta: -1 }],
        ],
        1,
      ),
    ).toHaveLength(1)
  })
})
