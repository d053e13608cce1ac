import { randomBytes, randomUUID } from 'node:crypto'
import { type Codec, codec, job, option, service, sink, source, tumbling } from 'tanager'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Job } from '../../../core/job.ts'
import { findingsOf } from './sentences.ts'

// biome-ignore lint/suspicious/noExplicitAny: whatever is on trial.
type Any = any

const anything = codec.of<Any>({
  id: 'anything',
  encode: (value) => JSON.stringify(value) ?? 'undefined',
  decode: JSON.parse,
}) as Codec<Any>
const records = source('records', { item: anything, timestamp: () => 0 })
const out = sink('out', { item: anything })
const names = service('names', { key: codec.string, value: codec.string })

type Stream = typeof records

const sentencesOf = async (over: (records: Stream) => Any, items: readonly unknown[], bound: object = {}) =>
  (await findingsOf(job('trial', over(records).write(out)) as unknown as Job, { records: items, ...bound })).map(({ sentence }) => sentence)

const keep = 'What is to be kept from record to record belongs in a store: keyBy(…).sumByKey(…).'
const keeps = `it keeps something from one call to the next. ${keep}`
const time = 'Take the time from the record, or its event time by withTime().'
const copy = 'Copy what is to be changed, as in [...list].sort(): other steps are given the same object.'
const anew = 'Make a new one for each answer: what was answered before may still be on its way.'
const wait = 'Wait for it in mapAsync or flatMapAsync.'

interface Case {
  readonly name: string
  readonly over: (records: Stream) => Any
  readonly items?: readonly unknown[]
  readonly bound?: object
  readonly sentence: string | RegExp
}

function counter(): (word: string) => unknown {
  let n = 0
  return (word) => [word, ++n]
}

function running(): (x: number) => number {
  let total = 0
  return (x) => (total += x)
}

function differences(): (x: number) => number {
  let previous = 0
  return (x) => {
    const difference = x - previous
    previous = x
    return difference
  }
}

const alternating = () => {
  let n = 0
  return (x: unknown) => {
    if (++n % 2 === 0) throw new Error('refused')
    return x
  }
}

const seenBefore = () => {
  const seen = new Set<unknown>()
  return (x: unknown) => {
    if (seen.has(x)) return false
    seen.add(x)
    return true
  }
}

const cases: readonly Case[] = [
  {
    name: 'a counter',
    over: (r) => r.map(counter()),
    sentence: `map answers ["a", 1], then ["a", 2], to the same record "a": ${keeps}`,
  },
  {
    name: 'a counter with a name',
    over: (r) => {
      const numbered = counter()
      return r
        .map((x) => x)
        .map(function count(x: string) {
          return numbered(x)
        })
    },
    sentence: `map·map: map(count) answers ["a", 1], then ["a", 2], to the same record "a": ${keeps}`,
  },
  {
    name: 'one of several',
    over: (r) => r.map((x) => x).map(counter()),
    sentence: `map·map: the 2nd map answers ["a", 1], then ["a", 2], to the same record "a": ${keeps}`,
  },
  {
    name: 'a step with a name',
    over: (r) => r.map(counter()).name('numbers'),
    sentence: `numbers: map answers ["a", 1], then ["a", 2], to the same record "a": ${keeps}`,
  },
  {
    name: 'what was seen before, in a set',
    over: (r) => r.filter(seenBefore()),
    sentence: `filter answers true, then false, to the same record "a": ${keeps}`,
  },
  {
    name: 'the previous value',
    over: (r) => r.map(differences()),
    items: [3, 4],
    sentence: `map answers 3, then 0, to the same record 3: ${keeps}`,
  },
  {
    name: 'a running total of values',
    over: (r) => r.keyBy(() => 'k').mapValues(running()),
    items: [3],
    sentence: `keyBy·mapValues: mapValues answers 3, then 6, to the same value 3: ${keeps}`,
  },
  {
    name: 'a list that is used up',
    over: (r) => {
      const ids = [1, 2, 3]
      return r.map(() => ids.pop())
    },
    sentence: `map answers 3, then 2, to the same record "a": ${keeps}`,
  },
  {
    name: 'an iterator',
    over: (r) => {
      const ids = [1, 2, 3].values()
      return r.collect(() => ids.next().value)
    },
    sentence: `collect answers 1, then 2, to the same record "a": ${keeps}`,
  },
  {
    name: 'a regular expression that remembers',
    over: (r) => {
      const letter = /a/g
      return r.filter((x) => letter.test(x))
    },
    sentence: `filter answers true, then false, to the same record "a": ${keeps}`,
  },
  {
    name: 'a list that grows',
    over: (r) => {
      let n = 0
      return r.flatMap(function* (x) {
        yield x
        if (++n > 1) yield n
      })
    },
    sentence: `flatMap answers ["a"], then ["a", 2], to the same record "a": ${keeps}`,
  },
  {
    name: 'an option that comes and goes',
    over: (r) => {
      let n = 0
      return r.optionMap(() => (++n % 2 === 1 ? option.some(n) : option.none))
    },
    sentence: `optionMap answers some(1), then none, to the same record "a": ${keeps}`,
  },
  {
    name: 'keys in turn',
    over: (r) => {
      let n = 0
      return r.keyBy(() => ++n % 3)
    },
    sentence: `keyBy answers 1, then 2, to the same record "a": ${keeps}`,
  },
  {
    name: 'throwing every other time',
    over: (r) => r.map(alternating()),
    sentence: `map answers "a", then throws "refused", to the same record "a": ${keeps}`,
  },
  {
    name: 'one in three',
    over: (r) => {
      let n = 0
      return r.filter(() => ++n % 3 === 0)
    },
    items: ['a', 'b', 'c'],
    sentence: `filter answers true, then false, to the same record "b": ${keeps}`,
  },
  {
    name: 'what another step keeps',
    over: (r) => {
      let longest = ''
      return r
        .map((x: string) => {
          if (x.length > longest.length) longest = x
          return x
        })
        .map((x: string) => x === longest)
    },
    items: ['a', 'bb', 'ccc'],
    sentence: `map·map: the 2nd map answers true, later false, to the same record "a": what it reads is changed by something else. ${keep}`,
  },
  {
    name: 'the time',
    over: (r) => r.map(() => Date.now()),
    sentence: `map answers 1732305600000, then 1766884031013, to the same record "a": it asks the clock (Date.now). ${time}`,
  },
  {
    name: 'the hour',
    over: (r) => r.map(() => new Date().getUTCHours()),
    sentence: `map answers 20, then 1, to the same record "a": it asks the clock (new Date). ${time}`,
  },
  {
    name: 'whether it is a weekend',
    over: (r) => r.map(() => [0, 6].includes(new Date().getUTCDay())),
    items: ['a', 'b', 'c', 'd', 'e', 'f'],
    sentence: /^map answers false, then true, to the same record ".": it asks the clock \(new Date\)\. Take the time/,
  },
  {
    name: 'a deadline',
    over: (r) => r.filter(() => Date.now() < Date.UTC(2030, 0)),
    items: ['a', 'b', 'c'],
    sentence: `filter answers true, then false, to the same record "c": it asks the clock (Date.now). ${time}`,
  },
  {
    name: 'Date called as a function',
    over: (r) => r.map(() => Date().slice(0, 3)),
    sentence: `map answers "Fri", then "Sun", to the same record "a": it asks the clock (Date). ${time}`,
  },
  {
    name: 'a stopwatch',
    over: (r) => r.map(() => Math.floor(performance.now() / 1e6)),
    sentence: /^map answers \d+, then \d+, to the same record "a": it asks the clock \(performance\.now\)\. Take the time/,
  },
  {
    name: 'a stopwatch in nanoseconds',
    over: (r) => r.map(() => Number(process.hrtime.bigint() / 1_000_000_000_000_000n)),
    sentence: /^map answers \d+, then \d+, to the same record "a": it asks the clock \(process\.hrtime\)\. Take the time/,
  },
  {
    name: 'the time in a generator that is read later',
    over: (r) =>
      r.flatMap(function* (x) {
        yield x
        yield Date.now()
      }),
    sentence: `flatMap answers ["a", 1732305600000], then ["a", 1766884031013], to the same record "a": it asks the clock (Date.now). ${time}`,
  },
  {
    name: 'chance',
    over: (r) => r.map(() => Math.random()),
    sentence:
      /^map answers 0\.\d+(?:e-\d+)?, then 0\.\d+, to the same record "a": it draws at random \(Math\.random\)\. Draw from the record: /,
  },
  {
    name: 'a sample',
    over: (r) => r.filter(() => Math.random() < 0.05),
    // The real dice may draw just what the others do, one time in twenty for two records: not for sixteen.
    items: Array.from('abcdefghijklmnop'),
    sentence:
      /^filter answers (?:true|false), (?:then|later) (?:true|false), to the same record ".": it draws at random \(Math\.random\)\. Draw/,
  },
  {
    name: 'an id out of the air',
    over: (r) => r.map(() => crypto.randomUUID()),
    sentence:
      /^map answers "\S{36}", then "\S{36}", to the same record "a": it draws at random \(crypto\.randomUUID\)\. Draw from the record: /,
  },
  {
    name: 'random bytes',
    over: (r) => r.map(() => [...crypto.getRandomValues(new Uint8Array(4))]),
    sentence: /^map answers \[.*\], then \[.*\], to the same record "a": it draws at random \(crypto\.getRandomValues\)\. Draw/,
  },
  {
    name: 'an id that was imported',
    over: (r) => r.map(() => randomUUID()),
    sentence: /^map answers "\S{36}", then "\S{36}", to the same record "a": it draws at random \(randomUUID\)\. Draw from the record: /,
  },
  {
    name: 'bytes that were imported',
    over: (r) => r.map(() => randomBytes(8).toString('hex')),
    sentence: /^map answers "\w{16}", then "\w{16}", to the same record "a": it draws at random \(randomBytes\)\. Draw from the record: /,
  },
  {
    name: 'dice nobody can replace',
    over: (r) => r.map(hidden),
    sentence: new RegExp(
      `^map\\(hidden\\) answers "\\S{36}", then "\\S{36}", to the same record "a": it keeps something from one call to the next, or draws at random\\. ${keep.replace(/[().]/g, '\\$&')}$`,
    ),
  },
  {
    name: 'both the time and chance',
    over: (r) => r.map(() => `${Date.now()} ${Math.random()}`),
    sentence:
      /: it asks the clock \(Date\.now\) and draws at random \(Math\.random\)\. Take the time from the record, .* Draw from the record: /,
  },
  {
    name: 'sorting in place',
    over: (r) => r.map((list) => list.sort()),
    items: [[3, 1, 2]],
    sentence: `map mutates its argument: [3, 1, 2] became [1, 2, 3]. ${copy}`,
  },
  {
    name: 'pushing',
    over: (r) => r.map((list) => list.push(1)),
    items: [[3], []],
    sentence: `map mutates its argument: [] became [1]. ${copy}`,
  },
  {
    name: 'deleting',
    over: (r) =>
      r.filter((o) => {
        delete o.secret
        return true
      }),
    items: [{ secret: 1, id: 2 }],
    sentence: `filter mutates its argument: {secret: 1, id: 2} became {id: 2}. ${copy}`,
  },
  {
    name: 'counting in the record',
    over: (r) => r.map((o) => ++o.n),
    items: [{ n: 1 }],
    sentence: `map mutates its argument: {n: 1} became {n: 2}. ${copy}`,
  },
  {
    name: 'writing into a Map',
    over: (r) => r.map((n) => new Map([[n, 1]])).map((m: Map<number, number>) => m.set(0, 1).size),
    items: [7],
    sentence: `map·map: the 2nd map mutates its argument: Map {7 => 1} became Map {7 => 1, 0 => 1}. ${copy}`,
  },
  {
    name: 'one accumulator',
    over: (r) => {
      const totals = { n: 0 }
      return r.map(() => {
        totals.n += 1
        return totals
      })
    },
    sentence: `map answers the same object again and changes it: {n: 1} became {n: 2}. ${anew}`,
  },
  {
    name: 'one buffer for all answers',
    over: (r) => {
      const buffer: unknown[] = []
      return r.map((x) => {
        buffer[0] = x
        return buffer
      })
    },
    items: ['a', 'b'],
    sentence: `map answers the same object again and changes it: ["a"] became ["b"]. ${anew}`,
  },
  {
    name: 'one instance of a class',
    over: (r) => {
      const tally = new Tally()
      return r.map(() => tally.add())
    },
    sentence: `map answers the same object again and changes it: {"n":1} became {"n":2}. ${anew}`,
  },
  {
    name: 'changing an instance of a class',
    over: (r) => r.map(() => new Tally()).map((tally: Tally) => tally.add().n),
    sentence: `map·map: the 2nd map mutates its argument: {"n":0} became {"n":1}. ${copy}`,
  },
  {
    name: 'changing what nobody can look into',
    over: (r) => r.map(() => new Hidden()).map((hidden: Hidden) => hidden.add()),
    sentence: `map·map: the 2nd map answers 1, then 2, to the same record {}: it keeps something from one call to the next, or changes what it is given. ${keep}`,
  },
  {
    name: 'an async function where none is waited for',
    over: (r) => r.map(async (x) => x),
    sentence: `map answers a promise to the record "a". ${wait}`,
  },
  {
    name: 'an async filter, which keeps all',
    over: (r) => r.filter((async () => false) as Any),
    sentence: `filter answers a promise to the record "a". ${wait}`,
  },
  {
    name: 'a timestamp out of the air',
    over: () =>
      source('records', { item: anything, timestamp: () => Date.now() })
        .keyBy((x) => x)
        .window(tumbling(1000)),
    sentence: `records: timestamp answers 1732305600000, then 1766884031013, to the same record "a": it asks the clock (Date.now). ${time}`,
  },
  {
    name: 'a window out of the air',
    over: (r) => r.keyBy((x) => x).window({ label: 'now', windowsOf: () => [Date.now()] }),
    sentence: `keyBy·window: window answers [1732305600000], then [1766884031013], to the same time 0: it asks the clock (Date.now). ${time}`,
  },
  {
    name: 'the time after waiting',
    over: (r) =>
      r.mapAsync(async () => {
        await new Promise((resolve) => setImmediate(resolve))
        return Date.now()
      }),
    sentence: `mapAsync answers 1732305600000, then 1766884031013, to the same record "a": it asks the clock (Date.now). ${time}`,
  },
  {
    name: 'a counter that waits',
    over: (r) => {
      let n = 0
      return r.flatMapAsync(async (x) => [x, ++n]).name('numbers')
    },
    sentence: `numbers: flatMapAsync answers ["a", 1], then ["a", 2], to the same record "a": ${keeps}`,
  },
  {
    name: 'chance after waiting',
    over: (r) =>
      r.mapAsync(async () => {
        await undefined
        return crypto.randomUUID()
      }),
    sentence: /^mapAsync answers "\S{36}", then "\S{36}", to the same record "a": it draws at random \(crypto\.randomUUID\)\. Draw from/,
  },
  {
    name: 'a service that changes',
    over: (r) => r.lookup(names),
    bound: { names: changing(['Anna', 'Bob']) },
    sentence:
      'service names answered "Anna", then "Bob", for key "a". A batch that is tried again asks again: put into the key what the answer depends on, such as a date or a version.',
  },
  {
    name: 'a service that forgets',
    over: (r) => r.lookup(names),
    bound: { names: changing(['Anna', undefined]) },
    sentence: /^service names answered "Anna", then none, for key "a"\. /,
  },
]

class Tally {
  n = 0
  add(): this {
    this.n += 1
    return this
  }
}

class Hidden {
  #n = 0
  add(): number {
    this.#n += 1
    return this.#n
  }
}

function changing(answers: (string | undefined)[]): () => string | undefined {
  return () => answers.shift()
}

// As in a package that has taken the function when it was loaded.
const taken = randomUUID

function hidden(): string {
  return taken()
}

describe('what is impure is found', () => {
  beforeEach(() => {
    // 22 November 2024, 20:00 UTC, a Friday. Timers that things wait for stay as they are.
    vi.useFakeTimers({ now: 1_732_305_600_000, toFake: ['Date'] })
  })
  afterEach(() => {
    expect(Date.now()).toBe(1_732_305_600_000)
    vi.useRealTimers()
  })

  it.each(cases)('$name', async ({ over, items = ['a'], bound = {}, sentence }) => {
    const sentences = await sentencesOf(over, items, bound)
    if (typeof sentence === 'string') expect(sentences).toEqual([sentence])
    else expect(sentences).toEqual([expect.stringMatching(sentence)])
  })
})
