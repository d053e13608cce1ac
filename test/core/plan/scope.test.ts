import { codec, job, source, store } from 'tanager'
import { sum } from 'tanager/algebra'
import { describe, expect, it } from 'vitest'
import { scopedOptions } from '../../../core/plan/scope.ts'

interface Options {
  readonly size: number
  readonly color: string
}

const left = source('left', { item: codec.string })
const right = source('right', { item: codec.string })
const counts = store('counts', { key: codec.string, sum })
const twice = store('twice', { key: codec.string, sum })

const both = job(
  'both',
  left
    .name('near')
    .merge(right)
    .map((word) => [word, 1] as const)
    .name('pairs')
    .sumByKey(counts)
    .mapValues(({ delta }) => delta)
    .name('deltas')
    .sumByKey(twice),
)

const lookUp = (named: Record<string, Partial<Options>>) => scopedOptions<Options>(both, named, ['size', 'color'])

describe('options by name', () => {
  it('hold for the step and all above it, not below', () => {
    const of = lookUp({ pairs: { size: 1 } })
    expect([of('left', 'size'), of('right', 'size'), of('counts', 'size'), of('twice', 'size')]).toEqual([1, 1, undefined, undefined])
  })

  it('are decided by the nearest name that has the option, the slot itself first', () => {
    const of = lookUp({ pairs: { size: 1, color: 'red' }, near: { size: 2 }, deltas: { size: 4 }, right: { size: 3 } })
    expect([of('left', 'size'), of('left', 'color'), of('right', 'size'), of('counts', 'size')]).toEqual([2, 'red', 3, 4])
  })

  it('are refused under a name the job does not have, and the names it has are listed', () => {
    expect(() => lookUp({ pears: { size: 1 } })).toThrow('allowed: counts, deltas, left, near, pairs, right, twice')
  })

  it('are refused where nobody knows them, and those that are known are listed', () => {
    expect(() => lookUp({ pairs: { sise: 1 } as Partial<Options> })).toThrow('there is no option sise for pairs; allowed: size, color')
  })
})
