import { fromNullable, none, some } from 'fp-ts/lib/Option.js'
import type { Service, SinkToken } from 'tanager'
import { readable, serviceOf } from 'tanager/store'
import { describe, expect, it, test } from 'vitest'
import { serviceLaws } from '../../../../testing/laws/store/service-laws.ts'
import { sinkLaws } from '../../../../testing/laws/store/sink-laws.ts'
import { failing } from './failing.ts'

const ages = new Map([
  ['ann', 41],
  ['bob', 17],
])
const known = [...ages]
const unknown = ['cy']
type Ages = Service<string, number>
const lookup: Ages = { multiGet: async (keys) => keys.map((key) => fromNullable(ages.get(key))) }

describe('a service', () => {
  for (const { name, check } of serviceLaws({ open: () => lookup, known, unknown })) test(name, check)
})

describe('a store as a service', () => {
  for (const { name, check } of serviceLaws({ open: () => serviceOf(readable(ages)), known, unknown })) test(name, check)
})

const brokenServices: readonly (readonly [what: string, law: string, sentence: RegExp, open: () => Ages])[] = [
  [
    'answers as a database does, in its order',
    'multiGet',
    /gives \d answers to \d questions|is some/,
    () => ({ multiGet: async (keys) => [...ages].filter(([key]) => keys.includes(key)).map(([, age]) => some(age)) }),
  ],
  [
    'does not answer one by one',
    'one by one',
    /multiGet\(\[".*"\]\) is none, not some/,
    () => ({ multiGet: async (keys) => (keys.length === 1 ? [none] : lookup.multiGet(keys)) }),
  ],
  [
    'cannot be asked for nothing',
    'no keys',
    /it failed: at least one key/,
    () => ({
      multiGet: async (keys) => {
        if (keys.length === 0) throw new Error('at least one key')
        return lookup.multiGet(keys)
      },
    }),
  ],
  [
    'answers something else each time',
    'the same again',
    /asked (twice at once|again),/,
    () => {
      let calls = 0
      return { multiGet: async (keys) => keys.map(() => some(calls++)) }
    },
  ],
]

describe('a service is caught that', () => {
  it.each(brokenServices)('%s', async (_what, law, sentence, open) => {
    expect((await failing(serviceLaws({ open, known, unknown, seed: 1 })))[law]).toMatch(sentence)
  })
})

/** A sink over a table, by what it knows a batch by: nothing, if it cannot tell. */
const table = (by: (token: SinkToken) => string | undefined, keep: (all: string[], items: readonly string[]) => void) => () => {
  const seen = new Set<string>()
  const all: string[] = []
  return {
    sink: {
      write: async (items: readonly string[], token: SinkToken) => {
        const id = by(token)
        if (id !== undefined && seen.has(id)) return
        if (id !== undefined) seen.add(id)
        keep(all, items)
      },
    },
    written: async () => all,
  }
}
const append = (all: string[], items: readonly string[]) => void all.push(...items)
const items = ['x', 'y', 'z']

describe('a sink', () => {
  for (const { name, check } of sinkLaws({ open: table(({ id }) => id, append), items })) test(name, check)
})

const brokenSinks: readonly (readonly [what: string, law: string, sentence: RegExp, open: ReturnType<typeof table>])[] = [
  [
    'loses the first of a batch',
    'written',
    /there is \[\], and no "."/,
    table(
      ({ id }) => id,
      (all, [, ...rest]) => append(all, rest),
    ),
  ],
  [
    'keeps them backwards',
    'in order',
    /answer 0 of what was written of/,
    table(
      ({ id }) => id,
      (all, rest) => void all.unshift(...rest),
    ),
  ],
  ['cannot tell a repetition', 'once', /too often/, table(() => undefined, append)],
  ['knows a batch by its number', 'told apart', /and no "." as often as it should be/, table(({ sequence }) => `${sequence}`, append)],
  [
    'looks first and writes later',
    'once at once',
    /twice at once there is .*, and .* too often/,
    () => {
      const seen = new Set<string>()
      const all: string[] = []
      return {
        sink: {
          write: async (batch: readonly string[], { id }: SinkToken) => {
            if (seen.has(id)) return
            await new Promise((resolve) => setImmediate(resolve))
            seen.add(id)
            all.push(...batch)
          },
        },
        written: async () => all,
      }
    },
  ],
]

describe('a sink is caught that', () => {
  it.each(brokenSinks)('%s', async (_what, law, sentence, open) => {
    expect((await failing(sinkLaws({ open, items, seed: 1 })))[law]).toMatch(sentence)
  })
})

test('a sink that writes at least once says why', async () => {
  const reason = 'the API it calls has no idempotency keys'
  const open = table(() => undefined, append)
  expect(await failing(sinkLaws({ open, items, except: { once: reason, 'once at once': reason } }))).toEqual({})
})
