import { aggregation, codec, encoded, job, service, source, store, TanagerError } from 'tanager'
import { sum } from 'tanager/algebra'
import { describe, expect, it } from 'vitest'
import { UnlawfulError } from '../../../testing/laws/lawful.ts'
import type { Report } from '../../../testing/laws/report.ts'
import { checkJob } from '../../../testing/simulate/check.ts'
import { simulate } from '../../../testing/simulate/simulate.ts'

const words = source('words', { item: codec.string })
const counts = store('counts', { key: codec.string, sum })
const right = job('word-count', words.map((word) => [word, 1] as const).sumByKey(counts))

const joined = aggregation<string>({ id: 'joined', value: codec.string, semigroup: { concat: (a, b) => a + b }, commutative: true })
const texts = store('texts', { key: codec.string, sum: joined })
const wrong = job('joining', words.map((word) => ['all', word] as const).sumByKey(texts))

const few = ['to', 'be', 'or', 'not', 'to', 'be']
const many = Array.from({ length: 300 }, (_, i) => `w${i % 17}`)

/** The lines of the story, and the records it took. */
const storyOf = ({ broken: [first] }: Report): readonly string[] => first?.story ?? []

const seconds = ({ user, system }: NodeJS.CpuUsage) => (user + system) / 1e6

describe('a seed', () => {
  it('makes the same report again', async () => {
    for (const seed of [0, 1, 77, 2 ** 31]) {
      const [one, other] = [
        await checkJob(wrong, { inputs: { words: few }, seed, seconds: 60 }),
        await checkJob(wrong, { inputs: { words: few }, seed, seconds: 60 }),
      ]
      expect(one.broken).toHaveLength(1)
      expect(other).toEqual(one)
    }
  })

  it('that was reported finds the same at once', async () => {
    for (const seed of [3, 400, 50_000, 6_000_000]) {
      const found = await checkJob(wrong, { inputs: { words: few }, seed, seconds: 60 })
      const again = await checkJob(wrong, { inputs: { words: few }, seed: found.seed, runs: 1, seconds: 60 })
      expect(again).toEqual(found)
    }
  })

  it('is drawn unless it is given, and told', async () => {
    const reports = await Promise.all([1, 2, 3].map(() => checkJob(right, { inputs: { words: few }, runs: 1 })))
    expect(new Set(reports.map(({ seed }) => seed)).size).toBe(3)
    await expect(simulate(wrong, { inputs: { words: few } })).rejects.toThrow(/\n\(seed \d+\)$/)
  })
})

describe('a story', () => {
  /** No line is longer: about what a terminal shows in two. */
  const longest = 200

  const keys = ['a"b', "it's", 'two\nlines', '`$x`', '\u0000', '__proto__', 'k'.repeat(500), '', '🦜']
  const strange = job('strange', words.map((word) => [word.slice(0, -1), word] as const).sumByKey(texts))

  it('can be read, whatever is in the keys and the records', async () => {
    for (const key of keys) {
      const report = await checkJob(strange, { inputs: { words: [`${key}1`, `${key}2`, `${key}3`] }, seed: 1 })
      const lines = storyOf(report)
      expect(lines.length, JSON.stringify(key)).toBeGreaterThan(5)
      for (const line of lines) {
        expect(line).not.toMatch(/undefined|\[object|NaN|\n|: $/)
        expect(line).not.toContain('\u0000')
        expect(line.length, line).toBeLessThanOrEqual(longest)
      }
    }
  })

  it('is not longer for a record of a million characters', async () => {
    const report = await checkJob(wrong, { inputs: { words: ['x'.repeat(1_000_000), 'y'.repeat(1_000_000)] }, seed: 1 })
    const lines = storyOf(report)
    expect(lines.join('\n').length).toBeLessThan(4000)
    expect(lines.filter((line) => line.startsWith('store texts'))).toHaveLength(1)
  })

  it('tells of records that cannot be read, where they are needed', async () => {
    const numbers = source('numbers', { item: codec.int })
    // Fed from changes and from what was refused: nobody can say how many of those there are.
    const refusing = job('refusing', numbers.map((n) => ['all', String(n)] as const).sumByKey(texts))
    const report = await checkJob(refusing, { inputs: { numbers: encoded(['1', 'two', '3']) }, seed: 1 })
    expect(storyOf(report)).toContain('  numbers: 1, 3')
    expect(report.hints.join()).toContain(
      'of 3 records and what came of them 1 was refused, the first by numbers: codec int cannot read this value; got "two"',
    )
  })

  it('names no more of what differs than can be read', async () => {
    const numbered = job('numbered', words.map((word) => [word.slice(1), word] as const).sumByKey(texts))
    const pairs = ['a', 'b'].flatMap((letter) => Array.from({ length: 60 }, (_, i) => `${letter}${i}`))
    // No time to make it small.
    const report = await checkJob(numbered, { inputs: { words: pairs }, seed: 1, runs: 100, seconds: 0 })
    const lines = storyOf(report)
    expect(lines.filter((line) => line.startsWith('store texts, key'))).toHaveLength(20)
    expect(lines.some((line) => /^and \d+ more$/.test(line))).toBe(true)
    expect(lines.some((line) => /^ {2}… \d+ more steps …$/.test(line))).toBe(true)
    expect(lines.length).toBeLessThan(80)
    for (const line of lines) expect(line.length, line).toBeLessThanOrEqual(longest)
  })
})

describe('inputs', () => {
  it('are read once, however often they are run', async () => {
    let read = 0
    function* once() {
      for (const word of few) {
        read += 1
        yield word
      }
    }
    async function* later() {
      yield* once()
    }
    await simulate(right, { inputs: { words: once() } })
    await simulate(right, { inputs: { words: later() } })
    await simulate(right, { inputs: { words: encoded(once()) } })
    await simulate(right, { inputs: { words: encoded(later()) } })
    expect(read).toBe(4 * few.length)
  })

  it('make the same whether they come as records or as texts', async () => {
    const [one, other] = [
      await checkJob(wrong, { inputs: { words: few }, seed: 5, seconds: 60 }),
      await checkJob(wrong, { inputs: { words: encoded([few.slice(0, 2), ...few.slice(2)]) }, seed: 5, seconds: 60 }),
    ]
    expect(other).toEqual(one)
  })

  it.for([
    ['none', []],
    ['no records, encoded', encoded([])],
  ] as const)('that are none prove nothing: %s', async ([, given]) => {
    const report = await checkJob(right, { inputs: { words: given as never } })
    expect(report).toMatchObject({
      held: [],
      broken: [],
      unchecked: [{ law: 'platform law', reason: 'there are no records to run it on' }],
    })
    await expect(simulate(right, { inputs: { words: given as never } })).rejects.toThrow(
      'word-count: not checked: platform law: there are no records to run it on. Give records that something comes of: { inputs: { … } }.',
    )
  })

  it('that are all refused prove nothing', async () => {
    const never = words.map((word): readonly [string, number] => {
      throw new Error(`not ${word}`)
    })
    await expect(simulate(job('never', never.sumByKey(counts)), { inputs: { words: few } })).rejects.toThrow(
      /^never: not checked: platform law: nothing came of it: of 6 records and what came of them 6 were refused, the first by map: not to\./,
    )
  })

  const asking = job(
    'asking',
    words
      .map((word) => [word, 1] as const)
      .leftJoin(service('names', { key: codec.string, value: codec.string }))
      .mapValues(([n]) => n)
      .sumByKey(counts),
  )
  const names = new Map<string, string>()

  it.for([
    ['no source', asking, { names }, 'missing-binding'],
    ['no service', asking, { words: few }, 'missing-binding'],
    ['a name that the job does not know', asking, { words: few, names, wrods: few }, 'unknown-slot'],
    ['a source that is one text', asking, { words: 'to be', names }, 'invalid-binding'],
    ['a service that answers nothing', asking, { words: few, names: 7 }, 'invalid-binding'],
    ['a record that its source cannot write', asking, { words: ['to', 7], names }, 'encode'],
  ] as const)('that do not fit are refused: %s', async ([, of, given, code]) => {
    const fault: unknown = await checkJob(of, { inputs: given as never }).catch((error: unknown) => error)
    expect(fault).toBeInstanceOf(TanagerError)
    expect(fault).toMatchObject({ code })
  })

  it('that are one record are enough, however large it is', async () => {
    const letters = job('letters', words.map((word) => [word.slice(0, 1), word.length] as const).sumByKey(counts))
    const { held } = await simulate(letters, { inputs: { words: ['x'.repeat(1_000_000)] }, runs: 10 })
    expect(held).toContainEqual({ law: 'platform law', runs: 10 })
  })
})

describe('time', () => {
  it('is kept, and some runs are made all the same', async () => {
    const began = process.cpuUsage()
    const { held } = await checkJob(right, { inputs: { words: many }, runs: 1_000_000, seconds: 0.2 })
    expect(seconds(process.cpuUsage(began))).toBeLessThan(1.2)
    expect(held[1]?.runs).toBeGreaterThanOrEqual(5)
    expect(held[1]?.runs).toBeLessThan(1_000_000)
  })

  it('is kept where something is found', async () => {
    const began = process.cpuUsage()
    const { broken } = await checkJob(wrong, { inputs: { words: Array.from({ length: 2000 }, (_, i) => `w${i}`) }, seconds: 0.2 })
    expect(broken).toHaveLength(1)
    expect(seconds(process.cpuUsage(began))).toBeLessThan(2)
  })

  it('of none makes five runs', async () => {
    const { held } = await checkJob(right, { inputs: { words: few }, seconds: 0 })
    expect(held).toContainEqual({ law: 'platform law', runs: 5 })
  })

  it('may be less than what there is: as many runs as are asked for, and each told of', async () => {
    const told: number[] = []
    let open = 0
    const onRun = async (made: number) => {
      open += 1
      await new Promise((resolve) => setImmediate(resolve))
      told.push(made)
      open -= 1
    }
    await checkJob(right, { inputs: { words: few }, runs: 7, onRun })
    expect(told).toEqual([1, 2, 3, 4, 5, 6, 7])
    expect(open).toBe(0)
  })
})

describe('options', () => {
  it.for([
    { runs: 0 },
    { runs: -1 },
    { runs: Number.NaN },
    { runs: 1.5 },
    { partitions: 0 },
    { partitions: 1.5 },
    { workers: 0 },
    { crashes: 2 },
    { crashes: -1 },
    { crashes: true },
    { seconds: Number.NaN },
    { seconds: -1 },
    { seed: Number.NaN },
    { seed: 0.5 },
    { tolerance: 5 },
    { equals: { nobody: () => true } },
    { equals: { counts: 3 } },
    { except: { counts: '' } },
  ])('are refused if they are none: %j', async (options) => {
    const fault: unknown = await checkJob(right, { inputs: { words: few }, ...(options as object) }).catch((error: unknown) => error)
    expect(fault).toBeInstanceOf(TanagerError)
    expect(fault).toMatchObject({ code: 'invalid-option' })
  })

  it('say how many partitions and workers there are', async () => {
    for (const [partitions, workers] of [
      [1, 1],
      [7, 2],
    ] as const) {
      // No time to make the run plainer than it was.
      const { broken } = await checkJob(wrong, { inputs: { words: few }, seed: 1, partitions, workers, crashes: false, seconds: 0 })
      expect(broken).toMatchObject([{ counterexample: [{ settings: { partitions, workers, crashes: 0 } }] }])
    }
  })

  it('excuse what somebody has said is as good, and what is not to be looked at', async () => {
    const letters = (text: string) => [...text].sort().join('')
    await expect(simulate(wrong, { inputs: { words: few } })).rejects.toThrow(UnlawfulError)
    await simulate(wrong, { inputs: { words: few }, equals: { texts: (a: string, b: string) => letters(a) === letters(b) } })
    await simulate(wrong, { inputs: { words: few }, except: { texts: 'its order is nothing we look at' } })
  })
})

it('throws what a job is refused for when it is planned', async () => {
  const timeless = () =>
    job(
      'timeless',
      words
        .withTime()
        .map(([word]) => [word, 1] as const)
        .sumByKey(counts),
    )
  expect(timeless).toThrow(TanagerError)
})
