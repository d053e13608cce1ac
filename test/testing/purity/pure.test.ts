import { types } from 'node:util'
import { type Codec, codec, hopping, job, option, service, sink, source } from 'tanager'
import { memory } from 'tanager/memory'
import { describe, expect, it } from 'vitest'
import type { Job } from '../../../core/job.ts'
import { probed } from '../../../testing/purity/probed.ts'
import { runProbed } from './sentences.ts'

// biome-ignore lint/suspicious/noExplicitAny: whatever is on trial.
type Any = any

const anything = codec.of<Any>({
  id: 'anything',
  encode: (value) => JSON.stringify(value) ?? 'undefined',
  decode: JSON.parse,
}) as Codec<Any>
const records = source('records', { item: anything, timestamp: (x) => (typeof x === 'number' ? x : 0) })
const out = sink('out', { item: anything })
const names = service('names', { key: codec.string, value: codec.string })

type Stream = typeof records

class Money {
  readonly #cents: number
  readonly currency = 'EUR'
  constructor(cents: number) {
    this.#cents = cents
  }
  plus(cents: number): Money {
    return new Money(this.#cents + cents)
  }
  toJSON(): unknown {
    return { cents: this.#cents }
  }
}

const rates = Object.freeze({ a: 1, b: 2 })
const missing = {}
const brand = Symbol('brand')

function memoised(): (x: string) => object {
  const memo = new Map<string, object>()
  return (x) => {
    const known = memo.get(x) ?? { word: x }
    memo.set(x, known)
    return known
  }
}

const remembering = () => {
  const ages = new WeakMap<object, number>()
  return (o: { n: number }) => {
    const age = ages.get(o) ?? o.n * 2
    ages.set(o, age)
    return age
  }
}

const logged: unknown[] = []

const endless = function* () {
  for (let n = 0; ; n++) yield n
}

function first(this: { readonly x: unknown }): unknown {
  return this.x
}

const circle = (x: unknown) => {
  const ring: Record<string, unknown> = { x, toJSON: first }
  ring.self = ring
  return ring
}

const cases: readonly {
  readonly name: string
  readonly over: (records: Stream) => Any
  readonly items?: readonly unknown[]
  readonly bound?: object
}[] = [
  { name: 'fresh objects', over: (r) => r.map((x) => ({ x, list: [x] })) },
  { name: 'the argument itself', over: (r) => r.map((x) => x), items: [{ n: 1 }, [1]] },
  { name: 'part of the argument', over: (r) => r.map((x) => x.part), items: [{ part: { n: 1 } }] },
  { name: 'a frozen object', over: (r) => r.map(() => rates) },
  { name: 'a frozen argument that somebody tries to write to', over: (r) => r.map((x) => Object.freeze([x])).map((x: Any) => x.push(1)) },
  { name: 'Maps and Sets', over: (r) => r.map((x) => new Map([[x, new Set([x])]])).map((m: Any) => [...m.keys(), ...[...m.values()][0]]) },
  { name: 'Maps under objects', over: (r) => r.map((x) => new Map([[{ x }, [x]]])).map((m: Any) => [...m]) },
  { name: 'instances of classes', over: (r) => r.map((x) => new Money(x)).map((m: Money) => m.plus(1)), items: [1, 2] },
  { name: 'a memo', over: (r) => r.map(memoised()) },
  { name: 'a memo by identity', over: (r) => r.map(remembering()), items: [{ n: 1 }] },
  { name: 'Dates', over: (r) => r.map((x) => new Date(x)).map((d: Date) => d.getTime()), items: [0, 1e12, Number.NaN] },
  {
    name: 'whether it is a Date',
    over: (r) => r.map((x) => new Date(x)).map((d: Date) => [d instanceof Date, d.constructor === Date, new Date(1).constructor === Date]),
    items: [0],
  },
  {
    name: 'a Date of parts',
    over: (r) => r.map((x) => [Date.UTC(x, 1), Date.parse('2024-01-01'), new Date(x, 1, 1).getMonth()]),
    items: [2024],
  },
  { name: 'NaN', over: (r) => r.map(() => Number.NaN) },
  { name: '-0', over: (r) => r.map((x) => x * -1), items: [0] },
  { name: 'undefined', over: (r) => r.map(() => undefined) },
  { name: 'undefined and null where there may be none', over: (r) => r.collect((x) => (x === 'a' ? undefined : null)), items: ['a', 'b'] },
  { name: 'sparse arrays', over: (r) => r.map(() => Object.assign(new Array(3), { 2: 1 })).map((list: Any) => 1 in list) },
  { name: 'arrays of bytes', over: (r) => r.map((x) => Uint8Array.of(x)).map((b: Any) => [b[0], b instanceof Uint8Array]), items: [1] },
  { name: 'Buffers', over: (r) => r.map((x) => Buffer.from(x)).map((b: Any) => b.toString('hex')) },
  {
    name: 'matches of regular expressions',
    over: (r) => r.map((x) => /(?<first>.)(.*)/.exec(x)).map((m: Any) => [m.index, m.input, { ...m.groups }]),
  },
  {
    name: 'generators',
    over: (r) =>
      r.flatMap(function* (x) {
        yield x
        yield [x]
      }),
  },
  {
    name: 'generators that throw in the middle',
    over: (r) =>
      r.flatMap(function* (x) {
        yield x
        throw new Error('enough')
      }),
  },
  {
    name: 'generators refused before they throw',
    over: (r) =>
      r
        .flatMap(function* (x) {
          yield x
          throw new Error('enough')
        })
        .map(() => {
          throw new Error('refused')
        }),
  },
  { name: 'generators that pass through', over: (r) => r.map((x) => [x, x].values()).flatMap((list: Any) => list) },
  {
    name: 'what is endless, and refused',
    over: (r) =>
      r.flatMap(endless).map((n: number) => {
        if (n > 20_000) throw new Error('enough')
        return n
      }),
  },
  { name: 'a text as a list', over: (r) => r.flatMap((x) => x.trim()), items: ['abc'] },
  { name: 'what is no list', over: (r) => r.flatMap(() => undefined as Any) },
  {
    name: 'getters',
    over: (r) =>
      r
        .map((x) => ({
          get twice() {
            return x + x
          },
        }))
        .map((o: Any) => o.twice),
  },
  {
    name: 'getters that throw',
    over: (r) =>
      r
        .map(() => ({
          get no() {
            throw new Error('no')
          },
          toJSON: () => 1,
        }))
        .map((o: Any) => typeof o),
  },
  {
    name: 'always throwing',
    over: (r) =>
      r.map((x) => {
        throw new Error(`refused ${x}`)
      }),
  },
  {
    name: 'throwing for some',
    over: (r) =>
      r.filter((x) => {
        if (x === 'b') throw new Error('b')
        return true
      }),
    items: ['a', 'b'],
  },
  {
    name: 'throwing what is no error',
    over: (r) =>
      r.map(() => {
        throw undefined
      }),
  },
  { name: 'circles', over: (r) => r.map(circle).map((ring: Any) => [ring.self === ring, ring.self.self.x]) },
  { name: 'answering circles', over: (r) => r.map(circle) },
  {
    name: 'one object in two places',
    over: (r) =>
      r
        .map((x) => {
          const o = { x }
          return [o, o]
        })
        .map(([a, b]: Any) => a === b),
  },
  {
    name: 'something that stands for nothing',
    over: (r) => r.map((x) => (x === 'a' ? missing : x)).filter((x: unknown) => x !== missing),
    items: ['a', 'b'],
  },
  { name: 'symbols', over: (r) => r.map((x) => ({ [brand]: x })).map((o: Any) => o[brand]) },
  {
    name: 'objects without a prototype',
    over: (r) => r.map((x) => Object.assign(Object.create(null), { x })).map((o: Any) => [Object.getPrototypeOf(o) === null, o.x]),
  },
  { name: 'functions', over: (r) => r.map((x) => () => x).map((f: Any) => f()) },
  { name: 'proxies', over: (r) => r.map((x) => new Proxy({ x }, {})).map((o: Any) => [types.isProxy(o), o.x]) },
  { name: 'errors', over: (r) => r.map((x) => new Error(x)).map((e: Error) => e.message) },
  {
    name: 'something very deep',
    over: (r) =>
      r
        .map((x) => {
          let deep: unknown = x
          for (let i = 0; i < 20_000; i++) deep = [deep]
          return deep
        })
        .map((d: Any) => d.length),
  },
  {
    name: 'a log with the time',
    over: (r) =>
      r.map((x) => {
        logged.push([Date.now(), new Date(), performance.now(), Math.random()])
        return x
      }),
  },
  {
    name: 'waiting for a while',
    over: (r) =>
      r.map((x) => {
        const start = Date.now()
        while (Date.now() - start < 3);
        return x
      }),
  },
  {
    name: 'truths of another kind',
    over: (r) => {
      let n = 0
      return r.filter((() => ++n) as Any)
    },
  },
  { name: 'options', over: (r) => r.optionMap((x) => (x === 'a' ? option.none : option.some(x))), items: ['a', 'b'] },
  {
    name: 'keys, windows and event times',
    over: (r) =>
      r
        .keyBy((x) => x % 2)
        .window(hopping(100, 10))
        .withTime()
        .map((x: unknown) => x),
    items: [5, 1_000, 123_456],
  },
  {
    name: 'promises',
    over: (r) =>
      r.mapAsync(async (x) => {
        await new Promise((resolve) => setImmediate(resolve))
        return x
      }),
  },
  {
    name: 'promises of lists',
    over: (r) =>
      r.flatMapAsync(async (x) =>
        (function* () {
          yield x
          yield x
        })(),
      ),
  },
  { name: 'promises that are refused', over: (r) => r.mapAsync(() => Promise.reject(new Error('no'))) },
  { name: 'a service', over: (r) => r.lookup(names), items: ['a', 'b', 'a'], bound: { names: new Map([['a', 'Anna']]) } },
  { name: 'a service of functions', over: (r) => r.lookup(names), items: ['a'], bound: { names: async (key: string) => `${key}!` } },
]

describe('what is pure is left in peace', () => {
  it.each(cases)('$name', async ({ over, items = ['a', 'b'], bound = {} }) => {
    const plain = job('trial', over(records).write(out)) as unknown as Job
    const probe = probed(plain)
    const outcome = await runProbed(probe, { records: items, ...bound })
    expect(probe.findings()).toEqual([])
    expect(outcome).toEqual(
      await memory()
        .on(plain)
        .run({ records: items, ...bound } as never),
    )
  })

  it.each([0, 1])('what is refused now and then, after waiting, as what is outside will be (%i)', async (odd) => {
    let [calls, asked] = [0, 0]
    const busy = async (x: unknown) => {
      if (++calls % 2 === odd) throw new Error('busy')
      return x
    }
    const ask = async (key: string) => {
      if (++asked % 2 === odd) throw new Error('busy')
      return `${key}!`
    }
    const waiting = probed(job('waiting', records.mapAsync(busy).write(out)))
    const asking = probed(job('asking', records.map(String).lookup(names).write(out)))
    await runProbed(waiting, { records: ['a'] })
    // On the last attempt too, a service that fails fails the batch; but it must not be the second call that does.
    await runProbed(asking, { records: ['a'], names: ask }).catch(() => {})
    await runProbed(asking, { records: ['a'], names: ask })
    expect([calls, asked]).toEqual(odd === 0 ? [2, 4] : [1, 3])
    expect([...waiting.findings(), ...asking.findings()]).toEqual([])
  })
})
