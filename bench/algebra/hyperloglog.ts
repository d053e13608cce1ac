import { codec } from 'tanager'
import { type Estimate, type HyperLogLog, hyperLogLog } from 'tanager/algebra'
import { contest, mustHold } from './contest.ts'
import { cut, distinctKeys } from './inputs.ts'
import { asInAJob, inAJob, raw } from './ways.ts'

const sum = hyperLogLog({ p: 14 })
const merge = sum.concatMany as (values: readonly HyperLogLog[]) => HyperLogLog

function near({ estimate }: Estimate, keys: readonly string[]): void {
  const truth = new Set(keys).size
  // Four standard errors.
  mustHold(Math.abs(estimate / truth - 1) < (4 * 1.04) / 2 ** 7, `${estimate} different keys, where there are ${truth}`)
}

export const hyperLogLogAdd = contest({
  what: 'hyperLogLog, p = 14: add, keys almost all different',
  input: distinctKeys,
  operations: (keys) => keys.length,
  ways: {
    'as in a job': { ready: (keys) => () => asInAJob(sum, keys), check: near },
    raw: { ready: (keys) => () => raw(sum, keys), check: near },
    'job in memory': { ready: (keys) => () => inAJob(sum, codec.string, keys), check: near },
    'a Set by hand': {
      ready: (keys) => () => {
        const seen = new Set<string>()
        for (const key of keys) seen.add(key)
        return seen.size
      },
      check: (size: number, keys) => mustHold(size === new Set(keys).size, `${size} different keys`),
    },
  },
})

const parts = 16

interface Parts {
  readonly keys: readonly string[]
  readonly totals: readonly HyperLogLog[]
}

/** The registers of a total that uses many of them, a byte for each. */
function registersOf(total: HyperLogLog): Uint8Array {
  if (typeof total === 'object' && 'registers' in total) return total.registers
  throw new Error('a total of so many keys is not kept register by register')
}

/** Of some sixty thousand keys each: nearly all of their 16 384 registers are in use. */
export const hyperLogLogMerge = contest<Parts>({
  what: 'hyperLogLog, p = 14: merge, all registers in use',
  input: (size) => {
    const keys = cut(distinctKeys(Math.max(size, parts * 60_000)), parts)
    return { keys: keys.flat(), totals: keys.map((part) => merge(part.map(sum.prepare))) }
  },
  operations: () => parts - 1,
  ways: {
    'two at a time': {
      times: 1_000,
      ready:
        ({ totals }) =>
        () =>
          totals.reduce(sum.semigroup.concat),
      check: (all: HyperLogLog, { keys }) => near(sum.present(all), keys),
    },
    'all at once': {
      times: 1_000,
      ready:
        ({ totals }) =>
        () =>
          merge(totals),
      check: (all: HyperLogLog, { keys }) => near(sum.present(all), keys),
    },
    'bytes by hand': {
      times: 500,
      ready: ({ totals }) => {
        const parts = totals.map(registersOf)
        return () => {
          const all = (parts[0] as Uint8Array).slice()
          for (let i = 1; i < parts.length; i++) {
            const part = parts[i] as Uint8Array
            for (let place = 0; place < all.length; place++) {
              const rank = part[place] as number
              if (rank > (all[place] as number)) all[place] = rank
            }
          }
          return all
        }
      },
      check: (all: Uint8Array, { totals }) => {
        const ours = registersOf(merge(totals))
        mustHold(
          ours.every((rank, place) => rank === all[place]),
          'registers that are not ours',
        )
      },
    },
  },
})
