import { codec } from 'tanager'
import { type CountMin, countMin, type Frequencies } from 'tanager/algebra'
import { mapByHand, mapsByHand } from './by-map.ts'
import { type Contest, contest, mustHold } from './contest.ts'
import { countsOf, cut, distinctKeys, zipfKeys } from './inputs.ts'
import { asInAJob, inAJob, raw } from './ways.ts'

const epsilon = 0.001
const delta = 0.001
const sum = countMin({ epsilon, delta })
const merge = sum.concatMany as (values: readonly CountMin[]) => CountMin

function within(answer: Frequencies<string>, keys: readonly string[]): void {
  mustHold(answer.total === keys.length, `${answer.total} keys, where there are ${keys.length}`)
  const counts = countsOf(keys)
  let beyond = 0
  for (const [key, count] of counts) {
    const { estimate } = answer.count(key)
    mustHold(estimate >= count, `${key} came ${count} times and is said to have come ${estimate} times`)
    if (estimate > count + epsilon * keys.length) beyond += 1
  }
  mustHold(beyond <= delta * counts.size, `${beyond} of ${counts.size} keys are farther off than epsilon`)
}

const add = (what: string, input: (size: number) => readonly string[]): Contest =>
  contest({
    what: `countMin, 0.001 and 0.001: add, ${what}`,
    input,
    operations: (keys) => keys.length,
    ways: {
      'as in a job': { ready: (keys) => () => asInAJob(sum, keys), check: within },
      raw: { ready: (keys) => () => raw(sum, keys), check: within },
      'job in memory': { ready: (keys) => () => inAJob(sum, codec.string, keys), check: within },
      'a Map by hand': mapByHand,
    },
  })

export const countMinAddDistinct = add('keys almost all different', distinctKeys)
export const countMinAddZipf = add('keys by Zipf', zipfKeys)

const parts = 16

export const countMinMerge = contest({
  what: 'countMin, 0.001 and 0.001: merge, whole tables',
  input: (size) => {
    const keys = cut(zipfKeys(Math.max(size, parts * 60_000)), parts)
    return { keys: keys.flat(), totals: keys.map((part) => merge(part.map(sum.prepare))), maps: keys.map(countsOf) }
  },
  operations: () => parts - 1,
  ways: {
    'two at a time': {
      times: 200,
      ready:
        ({ totals }) =>
        () =>
          totals.reduce(sum.semigroup.concat),
      check: (all: CountMin, { keys }) => within(sum.present(all), keys),
    },
    'all at once': {
      times: 200,
      ready:
        ({ totals }) =>
        () =>
          merge(totals),
      check: (all: CountMin, { keys }) => within(sum.present(all), keys),
    },
    'Maps by hand': mapsByHand,
  },
})
