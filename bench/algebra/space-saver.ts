import { codec } from 'tanager'
import { type Ranking, type SpaceSaver, spaceSaver } from 'tanager/algebra'
import { mapByHand, mapsByHand } from './by-map.ts'
import { type Contest, contest, mustHold } from './contest.ts'
import { countsOf, cut, distinctKeys, zipfKeys } from './inputs.ts'
import { asInAJob, inAJob, raw } from './ways.ts'

const capacity = 1_000
const sum = spaceSaver({ capacity })
const merge = sum.concatMany as (values: readonly SpaceSaver[]) => SpaceSaver

function within(answer: Ranking<string>, keys: readonly string[]): void {
  mustHold(answer.total === keys.length, `${answer.total} keys, where there are ${keys.length}`)
  const counts = countsOf(keys)
  const named = new Set<string>()
  for (const { key, count } of answer.top()) {
    const truth = counts.get(key) ?? 0
    named.add(key)
    mustHold(count.min <= truth && truth <= count.max, `${key} came ${truth} times, not ${count.min} to ${count.max}`)
    mustHold(count.max - truth <= keys.length / capacity, `${key} came ${truth} times, and ${count.max} is too far from that`)
  }
  for (const [key, truth] of counts)
    mustHold(truth <= keys.length / capacity || named.has(key), `${key} came ${truth} times and is not named`)
}

const add = (what: string, input: (size: number) => readonly string[]): Contest =>
  contest({
    what: `spaceSaver, 1000 counters: add, ${what}`,
    input,
    operations: (keys) => keys.length,
    ways: {
      'as in a job': { ready: (keys) => () => asInAJob(sum, keys), check: within },
      raw: { ready: (keys) => () => raw(sum, keys), check: within },
      'job in memory': { ready: (keys) => () => inAJob(sum, codec.string, keys), check: within },
      'a Map by hand': mapByHand,
    },
  })

export const spaceSaverAddDistinct = add('keys almost all different', distinctKeys)
export const spaceSaverAddZipf = add('keys by Zipf', zipfKeys)

const parts = 16

export const spaceSaverMerge = contest({
  what: 'spaceSaver, 1000 counters: merge, all in use',
  input: (size) => {
    const keys = cut(zipfKeys(Math.max(size, parts * 60_000)), parts)
    return { keys: keys.flat(), totals: keys.map((part) => merge(part.map(sum.prepare))), maps: keys.map(countsOf) }
  },
  operations: () => parts - 1,
  ways: {
    'two at a time': {
      times: 20,
      ready:
        ({ totals }) =>
        () =>
          totals.reduce(sum.semigroup.concat),
      check: (all: SpaceSaver, { keys }) => within(sum.present(all), keys),
    },
    'all at once': {
      times: 20,
      ready:
        ({ totals }) =>
        () =>
          merge(totals),
      check: (all: SpaceSaver, { keys }) => within(sum.present(all), keys),
    },
    'Maps by hand': mapsByHand,
  },
})
