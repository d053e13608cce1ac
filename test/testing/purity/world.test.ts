import fc from 'fast-check'
import { type AnySlot, codec, job, option, service, sink, source, type Tail } from 'tanager'
import { memory } from 'tanager/memory'
import { afterEach, describe, expect, it, vi } from 'vitest'
import type { Node } from '../../../core/graph/node.ts'
import type { Job } from '../../../core/job.ts'
import { probed } from '../../../testing/purity/probed.ts'
import { moves, Setting } from '../../../testing/purity/setting.ts'
import { nowOf, under, underAsync } from '../../../testing/purity/world.ts'
import { findingsOf } from './sentences.ts'

const turn = () => new Promise((resolve) => setImmediate(resolve))

const settingOf = (move = 0) => new Setting(nowOf(), { move, seed: 1 })

/** What is global, as it is right now, to the last attribute. */
const globals = () => ({
  date: Object.getOwnPropertyDescriptor(globalThis, 'Date'),
  now: Object.getOwnPropertyDescriptor(performance, 'now'),
  hrtime: Object.getOwnPropertyDescriptor(process, 'hrtime'),
  random: Object.getOwnPropertyDescriptor(Math, 'random'),
  uuid: Object.getOwnPropertyDescriptor(crypto, 'randomUUID'),
  values: Object.getOwnPropertyDescriptor(crypto, 'getRandomValues'),
})

const letters = source('letters', { item: codec.string })
const out = sink('out', { item: codec.string })
const names = service('names', { key: codec.string, value: codec.string })

describe('the moved clock', () => {
  afterEach(() => {
    vi.useRealTimers()
  })

  it('differs in every part, of any time', () => {
    const parts = (ms: number) => {
      const date = new Date(ms)
      return [
        date.getUTCFullYear(),
        date.getUTCMonth(),
        date.getUTCDate(),
        date.getUTCDay(),
        date.getUTCHours(),
        date.getUTCMinutes(),
        date.getUTCSeconds(),
        date.getUTCMilliseconds(),
      ]
    }
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 4e12 }), fc.constantFrom(...moves), (time, move) => {
        const [here, there] = [parts(time), parts(time + move)]
        expect(there.filter((part, i) => part === here[i])).toEqual([])
      }),
      { numRuns: 5000 },
    )
  })

  it('is put back, to the last attribute, also when the function throws', async () => {
    const before = globals()
    const refuse = () => {
      throw new Error('refused')
    }
    expect(under(settingOf(), 'imports', Date.now)).not.toBe(0)
    expect(() => under(settingOf(), 'imports', refuse)).toThrow('refused')
    await expect(underAsync(settingOf(), 'imports', async () => refuse())).rejects.toThrow('refused')
    await Promise.allSettled([1, 2, 3].map((n) => underAsync(settingOf(n), 'globals', () => (n === 2 ? Promise.reject(n) : turn()))))
    expect(globals()).toEqual(before)
  })

  it('is seen by nobody else, while a function waits', async () => {
    const seen: number[] = []
    let onTrial = true
    const watching = (async () => {
      while (onTrial) {
        seen.push(Date.now(), Date.parse(new Date().toISOString()), performance.now() + performance.timeOrigin)
        await turn()
      }
    })()
    const start = Date.now()
    const moved = await Promise.all(
      moves.map((move, i) =>
        underAsync(settingOf(i), 'globals', async () => {
          await turn()
          await turn()
          return Date.now() - move
        }),
      ),
    )
    onTrial = false
    await watching
    for (const time of moved) expect(Math.abs(time - start)).toBeLessThan(5_000)
    expect(seen.length).toBeGreaterThan(3)
    for (const time of seen) expect(Math.abs(time - start)).toBeLessThan(5_000)
  })

  it('moves from where fake timers stand, and leaves them there', () => {
    vi.useFakeTimers({ now: 1_000_000 })
    const fake = globals()
    expect(under(settingOf(), 'globals', () => [Date.now(), Date.parse(new Date().toISOString()), new Date(7).getTime()])).toEqual([
      1_000_000 + (moves[0] as number),
      1_000_001 + (moves[0] as number),
      7,
    ])
    vi.advanceTimersByTime(500)
    expect(Date.now()).toBe(1_000_500)
    expect(globals()).toEqual(fake)
    vi.useRealTimers()
    expect(Date.now()).toBeGreaterThan(1e12)
  })

  it('lets fake timers come and go while a function waits', async () => {
    const { Date: real } = globalThis
    await underAsync(settingOf(), 'globals', async () => {
      await turn()
      vi.useFakeTimers({ now: 1_000_000, toFake: ['Date'] })
    })
    expect(Date.now()).toBe(1_000_000)
    vi.useRealTimers()
    expect(Math.abs(Date.now() - real.now())).toBeLessThan(1000)
    under(settingOf(), 'globals', () => {})
    expect(Date).toBe(real)

    vi.useFakeTimers({ now: 1_000_000, toFake: ['Date'] })
    await underAsync(settingOf(), 'globals', async () => {
      await turn()
      vi.useRealTimers()
    })
    expect(Date.now()).toBeGreaterThan(1e12)
  })

  it('leaves nothing behind in what it has made', () => {
    const date = under(settingOf(), 'globals', () => new Date())
    expect(date).toBeInstanceOf(Date)
    expect(date.constructor).toBe(Date)
    class Later extends Date {}
    expect(under(settingOf(), 'globals', () => new Later())).toBeInstanceOf(Later)
  })

  it('is the same for every call with the same choice', () => {
    const look = () => [
      Date.now(),
      Math.random(),
      crypto.randomUUID(),
      performance.now(),
      process.hrtime(),
      crypto.getRandomValues(new Uint8Array(9)),
    ]
    const now = nowOf()
    const [one, other, third] = [1, 1, 2].map((seed) => under(new Setting(now, { move: 0, seed }), 'globals', look))
    expect(one).toEqual(other)
    expect(one).not.toEqual(third)
  })

  it('comes with dice that first show an extreme, and then anything', () => {
    for (const seed of [1, 2, 3, 4]) {
      const setting = new Setting(nowOf(), { seed })
      const drawn = Array.from({ length: 200 }, () => setting.random('Math.random'))
      if (seed % 2 === 0) expect(drawn[0]).toBeLessThan(0.001)
      else expect(drawn[0]).toBeGreaterThan(0.999)
      for (const n of drawn) expect(n >= 0 && n < 1).toBe(true)
      expect(Math.max(...drawn) - Math.min(...drawn.slice(1))).toBeGreaterThan(0.9)
    }
  })
})

describe('probed', () => {
  const callsOf = async (options: object, records: number) => {
    let [maps, waits] = [0, 0]
    const asked: (readonly string[])[] = []
    const job1 = job(
      'trial',
      letters
        .map((x) => {
          maps += 1
          return x
        })
        .mapAsync(async (x) => {
          waits += 1
          return x
        })
        .lookup(names)
        .keys()
        .write(out),
    )
    const probe = probed(job1, options)
    const ask = {
      multiGet: async (keys: readonly string[]) => {
        asked.push(keys)
        return keys.map(() => option.none)
      },
    }
    await memory()
      .on(probe.job)
      .run({ letters: Array.from({ length: records }, (_, i) => `${i}`), names: probe.probedService('names', ask) })
    expect(probe.findings()).toEqual([])
    return { maps, waits, asked: asked.map(({ length }) => length) }
  }

  it('calls a function twice for a record, the first one again now and then, and only so often', async () => {
    expect(await callsOf({}, 1)).toEqual({ maps: 2, waits: 2, asked: [1, 1] })
    expect(await callsOf({}, 100)).toEqual({ maps: 207, waits: 200, asked: [100, 100] })
    expect(await callsOf({ calls: 10 }, 100)).toEqual({ maps: 114, waits: 110, asked: [100, 10] })
    expect(await callsOf({ calls: 0 }, 100)).toEqual({ maps: 100, waits: 100, asked: [100] })
  })

  it('refuses what makes no sense', () => {
    const plain = job('trial', letters.lookup(names).keys().write(out))
    expect(() => probed(plain, { calls: -1 })).toThrow('probed: calls; got -1; allowed: a whole number from 0')
    expect(() => probed(plain).probedService('nobody', new Map())).toThrow('job trial has no service nobody; allowed: names')
    expect(() => probed(plain).probedService('names', 7 as never)).toThrow('the service names is bound to something that answers no keys')
  })

  it('tells what it has found as data, of each kind once for each function, with the smallest record', async () => {
    let n = 0
    const plain = job('trial', letters.map((x) => `${x}${++n}`).write(out))
    const probe = probed(plain)
    await memory()
      .on(probe.job)
      .run({ letters: ['long', 'b', 'c'] })
    const [finding, ...others] = probe.findings()
    expect(others).toEqual([])
    expect(finding).toEqual({
      node: 'map',
      verb: 'map',
      kind: 'impure',
      record: 'b',
      first: expect.stringMatching(/^b\d+$/),
      second: expect.stringMatching(/^b\d+$/),
      sentence: expect.stringMatching(/^map answers "b\d+", then "b\d+", to the same record "b": it keeps something/),
      remedy: 'What is to be kept from record to record belongs in a store: keyBy(…).sumByKey(…).',
    })
  })

  type Step = (r: typeof letters, fn: (x: string) => string) => { readonly node: Node }
  const steps: readonly (readonly [name: string, over: Step])[] = [
    ['map', (r, fn) => r.map(fn).write(out)],
    [
      'map·map',
      (r, fn) =>
        r
          .map((x) => x)
          .map(fn)
          .write(out),
    ],
    [
      'map·keyBy·filterValues·values',
      (r, fn) =>
        r
          .map((x) => x)
          .keyBy((x) => x)
          .filterValues((x) => fn(x) === x)
          .values()
          .write(out),
    ],
    [
      'checked',
      (r, fn) =>
        r
          .map(fn)
          .name('checked')
          .map((x) => x)
          .write(out),
    ],
    [
      'map#2',
      (r, fn) =>
        r
          .map((x) => x)
          .merge(r.map(fn))
          .write(out),
    ],
    [
      'keyBy·filterKeys',
      (r, fn) =>
        r
          .keyBy((x) => x)
          .leftJoin(names)
          .filterKeys((key) => fn(key) !== '')
          .keys()
          .write(out),
    ],
    ['mapAsync', (r, fn) => r.mapAsync(async (x) => fn(x)).write(out)],
  ]

  it.each(steps)('says %s where dead letters do', async (name, over) => {
    const jobOf = (fn: (x: string) => string) => job('trial', over(letters, fn) as Tail<unknown, AnySlot>) as unknown as Job
    const refuse = () => {
      throw new Error('refused')
    }
    const inputs = { letters: ['a'], ...(jobOf(refuse).slots.has('names') && { names: new Map() }) }
    const { deadLetters } = await memory()
      .on(jobOf(refuse))
      .run(inputs as never)
    let n = 0
    const findings = await findingsOf(
      jobOf(() => (++n % 2 === 0 ? '' : 'a')),
      inputs,
    )
    expect(findings.map(({ node }) => node)).toEqual([name])
    expect(deadLetters.map(({ node }) => node)).toEqual(findings.map(({ node }) => node))
  })

  it('leaves a job alone that has no functions', () => {
    const plain = job('trial', letters.write(out))
    expect(probed(plain).job.tails[0]).toBe(plain.tails[0])
  })
})
