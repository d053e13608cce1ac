import { describe, expect, it } from 'vitest'
import { jobOfSlots } from '../../bench/generated-job.ts'
import { dueAt, eventOf, keyOf } from '../../bench/schedule.ts'
import { accessLogSupply } from '../../bench/subjects/access-log-lines.ts'
import { subjects } from '../../bench/subjects/index.ts'
import { even, popular } from '../../bench/subjects/ranks.ts'
import { mustAgree, type Shape, type Subject } from '../../bench/subjects/subject.ts'
import { randomOf } from '../../jobs/beacon-counts/zipf.ts'

// A bench that takes wrong answers says nothing: each subject's answer is that of the job, and one to other records is found out.

const shape: Shape = { keys: 50, length: 40 }
const all: readonly (readonly [name: string, subject: Subject])[] = Object.entries(subjects)

const taken = (subject: Subject, count: number) => {
  const supply = subject.supply(shape)
  return { records: Array.from({ length: count }, () => supply.next()), right: supply.answer() }
}

describe('what the bench runs', () => {
  it.each(all)('%s: the answer is that of the job on the memory platform', async (_, subject) => {
    const { records, right } = taken(subject, 2_000)
    const found = await subject.inMemory(records)
    expect(() => mustAgree('memory', found, right, subject.agrees)).not.toThrow()
    expect(Object.keys(found).sort()).toEqual(Object.keys(right).sort())
  })

  it.each(all)('%s: an answer to half of the records is found out', async (_, subject) => {
    const { records, right } = taken(subject, 2_000)
    const found = await subject.inMemory(records.slice(0, 1_000))
    expect(() => mustAgree('memory', found, right, subject.agrees)).toThrow('memory is wrong about')
  })

  it.each(all.filter(([, { byHand }]) => byHand !== undefined))('%s: by hand comes the same', (_, subject) => {
    const { records, right } = taken(subject, 2_000)
    expect(() => mustAgree('by hand', subject.byHand?.(records) ?? {}, right, subject.agrees)).not.toThrow()
  })

  it.each(all)('%s: gives the same records each time, and one of each key where it is asked', (_, subject) => {
    expect(taken(subject, 100).records).toEqual(taken(subject, 100).records)
    const supply = subject.supply(shape)
    const records = Array.from({ length: shape.keys }, (_, key) => supply.of(key))
    expect(new Set(records).size).toBe(shape.keys)
  })

  it('finds a key out that should not be there', () => {
    const right = { types: new Map([['a', 1]]) }
    expect(() => mustAgree('who', { types: new Map([...right.types, ['b', 1]]) }, right)).toThrow('2 keys of 1')
    expect(() => mustAgree('who', {}, right)).toThrow('0 keys of 1')
  })
})

describe('draws of keys', () => {
  const many = (draw: () => number) => Array.from({ length: 20_000 }, draw)

  it('are of every key there is, and of no other', () => {
    for (const draws of [many(even(10, randomOf(1))), many(popular(10, randomOf(1)))]) {
      expect([...new Set(draws)].sort((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
    }
  })

  it('fall with the rank where some are popular', () => {
    const counts = new Map<number, number>()
    for (const key of many(popular(1_000, randomOf(1)))) counts.set(key, (counts.get(key) ?? 0) + 1)
    const of = (rank: number) => counts.get(rank) ?? 0
    // By the logarithm: 2/1, 4/3 and so on.
    expect(of(0) / of(2)).toBeCloseTo(Math.log(2) / Math.log(4 / 3), 0)
    expect(of(0)).toBeGreaterThan(of(1))
  })
})

it('a log is as long as logs are, and all of its lines are lines', async () => {
  const supply = accessLogSupply({ keys: 1_500 })
  const lines = Array.from({ length: 5_000 }, () => supply.next())
  const mean = lines.reduce((sum, { length }) => sum + length, 0) / lines.length
  expect(mean).toBeGreaterThan(200)
  expect(mean).toBeLessThan(260)
  const total = [...(supply.answer().statuses as ReadonlyMap<string, number>).values()].reduce((sum, n) => sum + n, 0)
  expect(total).toBe(lines.length)
})

it('events are due by the clock alone, in turns among the keys', () => {
  const schedule = { name: 'a', perSecond: 200, events: 10, warmUp: 0, keys: 4, begin: 1_000 }
  expect([0, 1, 9].map((event) => dueAt(schedule, event))).toEqual([1_000, 1_005, 1_045])
  expect([0, 3, 4].map((event) => keyOf(schedule, event))).toEqual(['a-0', 'a-3', 'a-0'])
  expect(eventOf(schedule, 5)).toContain('beaconType=a-1')
})

it('a generated job has as many slots as it says', () => {
  expect(jobOfSlots(50).match(/= (?:source|store)\('/g)).toHaveLength(50)
})
