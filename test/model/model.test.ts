import { afterAll, describe, expect, it } from 'vitest'
import type { Configuration } from './configuration.ts'
import { configurations, wide } from './configurations.ts'
import { type Explored, explore, liveness } from './explore.ts'
import { harmful, harmless } from './mutations.ts'
import { behind, bounded, conserved, emission, inOrder, kept, noticed, once } from './properties.ts'
import { type Mutate, protocolOf } from './protocol.ts'

const isWide = process.env.MODEL === 'wide'
const seen: string[] = []
afterAll(() => {
  if (isWide) console.log(seen.join('\n'))
})

function explored(configuration: Configuration, mutate?: Mutate): Explored {
  const started = performance.now()
  const found = explore(protocolOf(configuration, mutate))
  if (mutate === undefined) {
    const seconds = ((performance.now() - started) / 1000).toFixed(1)
    seen.push(`${configuration.name}: ${found.states} states, ${found.steps} steps, ${found.depth} deep, ${seconds} s`)
  }
  return found
}

/** No story: everything holds. */
const storyOf = ({ broken }: Explored) => (broken === undefined ? '' : [`broken: ${broken.property}`, ...broken.story].join('\n'))

const { plain, littleOften, deathTwice, whole, zombie, ordered, orderedThree, twoStreams, chained, chainedZombie } = configurations
const { tailAndZombie, tailAndLane, tailAndDeaf, tailAndResent, tailOrdered, tailChained } = configurations
const { four, orderedCalm, twoStores, sparing, chainedCalm, overtaking } = configurations

describe('the protocol keeps its promises, whatever comes in whatever order', () => {
  // So many at least: a model in which nothing can happen keeps every promise.
  it.each<readonly [string, Configuration, number]>([
    [plain.name, plain, 100_000],
    [littleOften.name, littleOften, 10_000],
    [deathTwice.name, deathTwice, 100_000],
    [whole.name, whole, 80_000],
    [zombie.name, zombie, 40_000],
    [ordered.name, ordered, 60_000],
    [orderedThree.name, orderedThree, 100_000],
    [twoStreams.name, twoStreams, 50_000],
    [chained.name, chained, 50_000],
    [chainedZombie.name, chainedZombie, 20_000],
  ])('%s', (_name, configuration, atLeast) => {
    const found = explored(configuration)
    expect(storyOf(found)).toBe('')
    expect(found.states).toBeGreaterThan(atLeast)
  })

  it.runIf(isWide).each(Object.values(wide).map((configuration) => [configuration.name, configuration] as const))(
    '%s',
    (_name, configuration) => {
      const found = explored(configuration)
      expect(storyOf(found)).toBe('')
      expect(found.states).toBeGreaterThan(200_000)
    },
    600_000,
  )
})

// Of a Redis that loses its tail nothing is promised of what is lost: what is left counts, once.
describe('stamps would keep what is left counted once', () => {
  it.each<readonly [string, Configuration, number]>([
    [tailAndZombie.name, tailAndZombie, 15_000],
    [tailAndLane.name, tailAndLane, 50_000],
    [tailAndDeaf.name, tailAndDeaf, 5_000],
    [tailAndResent.name, tailAndResent, 30_000],
    [tailOrdered.name, tailOrdered, 5_000],
    [tailChained.name, tailChained, 50_000],
  ])('%s', (_name, configuration, atLeast) => {
    const found = explored(configuration)
    expect(storyOf(found)).toBe('')
    expect(found.states).toBeGreaterThan(atLeast)
  })
})

describe('where nothing goes wrong, wake-ups alone are enough: nobody waits for the reconciler', () => {
  it.each<readonly [string, Configuration, number]>([
    [four.name, four, 50_000],
    [orderedCalm.name, orderedCalm, 1_000],
    [twoStores.name, twoStores, 5_000],
    [sparing.name, sparing, 500],
    [chainedCalm.name, chainedCalm, 3_000],
    [overtaking.name, overtaking, 1_000],
  ])('%s', (_name, configuration, atLeast) => {
    const found = explored(configuration)
    expect(storyOf(found)).toBe('')
    expect(found.states).toBeGreaterThan(atLeast)
  })
})

describe('a promise breaks if', () => {
  const named = (wanted: string) => harmful.find(({ name }) => name === wanted) as (typeof harmful)[number]

  it.each(harmful.map((mutation) => [mutation.name, mutation] as const))('%s', (_name, { on, mutate, breaks }) => {
    const { broken } = explored(on, mutate)
    expect(broken?.property).toBe(breaks)
    expect(broken?.story.length).toBeGreaterThan(1)
  })

  it('something could break each of them', () => {
    expect(new Set(harmful.map(({ breaks }) => breaks))).toEqual(
      new Set([once, kept, behind, inOrder, emission, bounded, noticed, liveness]),
    )
    const { on, mutate } = named('commit-sum writes the values, then trims the inbox, in two steps')
    expect(explore(protocolOf(on, mutate, true)).broken?.property).toBe(conserved)
  })

  it('is told as the shortest story there is', () => {
    const { on, mutate } = named('nobody reconciles, and the queue loses a job')
    expect(explored(on, mutate).broken?.story).toEqual([
      'sender a sends a1, number 1: appended as 1',
      'sender a tells the queue of words-1',
      'worker 1 takes words-1 and reads a1',
      'worker 1 commits a1 as words-1: committed',
      'worker 1 tells the queue of counts-0',
      'worker 1 has done words-1',
      'the queue loses counts-0',
      'and nothing more happens, though not all is done',
    ])
  })
})

describe('no promise breaks if', () => {
  it.each(harmless.map((mutation) => [`${mutation.name}: ${mutation.because}`, mutation] as const))('%s', (_name, { on, mutate }) => {
    expect(storyOf(explored(on, mutate))).toBe('')
  })
})
