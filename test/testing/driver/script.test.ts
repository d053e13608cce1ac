import { strict as assert } from 'node:assert'
import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { aggregation } from '../../../core/algebra/aggregation.ts'
import { string } from '../../../core/codec/string.ts'
import { encoded } from '../../../core/contract/encoded.ts'
import { job } from '../../../core/job.ts'
import { source } from '../../../core/producer/fluent.ts'
import { store } from '../../../core/slot/slot.ts'
import { Inbox } from '../../../platforms/simulation/log/inbox.ts'
import { Partition } from '../../../platforms/simulation/log/partition.ts'
import { script } from '../../../testing/driver/script.ts'
import { ScriptError } from '../../../testing/driver/script-error.ts'
import { adding, counting, everything } from './jobs.ts'

const names = new Map([['a', 'Anna']])

const story = script(everything, { names })
  .add('words', ['a', 'b'])
  .check(({ stores }) => assert.deepEqual([...stores.counts.values()], [1, 1]))
  .crash({ before: 'commitStage' })
  .add('words', ['a'])
  .restart()
  .check(({ stores }) => stores.text.get('all') === 'aba')
  .crash()
  .lose('words')
  .double('out')
  .holdUp({ before: 'commitSum', of: 'counts', milliseconds: 50 })
  .fail('names')
  .crash({ after: 'write' })
  .add('words', ['c'])
  .restart()
  .advance(3000)
  .restart()
  .check(({ stores, sinks }) => {
    assert.equal(stores.total.get('all'), 4)
    assert.equal(sinks.out.length, 4)
  })

async function failureOf(run: Promise<unknown>): Promise<ScriptError> {
  const error = await run.then(
    () => undefined,
    (error: unknown) => error,
  )
  expect(error).toBeInstanceOf(ScriptError)
  return error as ScriptError
}

describe('a script', () => {
  it('does, step by step, what it says', async () => {
    const app = await story.run()
    expect([app.armed, app.failed]).toEqual([[], []])
    for (const what of ['dies waiting for commitStage', 'loses stage words', ', twice', 'is held up at commitSum', 'cannot be reached']) {
      expect(app.history.some((line) => line.includes(what))).toBe(true)
    }
  })

  it('is the same run each time', async () => {
    const [one, two] = [await story.run(), await story.run()]
    expect(two.history).toEqual(one.history)
  })

  it('is a value: a step more is another script', async () => {
    const begun = script(counting).add('words', ['a'])
    const wrong = begun.check(() => false)
    expect([begun.steps.length, wrong.steps.length]).toEqual([1, 2])
    await begun.run()
    await failureOf(wrong.run())
    expect(Object.isFrozen(wrong.steps)).toBe(true)
  })

  it('keeps what it adds', async () => {
    const words = ['a']
    const kept = script(counting).add('words', words)
    words.push('b')
    expect((await kept.run()).stores.counts.size).toBe(1)
    const once = function* () {
      yield 1
    }
    expect(() => script(adding).add('numbers', once() as never)).toThrow('a script keeps what it adds to numbers')
    expect(
      (
        await script(adding)
          .add('numbers', encoded(['1', 'x']))
          .run()
      ).deadLetters,
    ).toHaveLength(1)
  })

  it('is printed as it is written', () => {
    const text = String(
      script(everything, { names })
        .add('words', ['a', 'b'])
        .crash({ before: 'read', of: 'words' })
        .crash()
        .restart()
        .advance(10)
        .fail('names', { times: 2 })
        .lose()
        .double('out')
        .holdUp({ before: 'write', milliseconds: 5 })
        .check(() => true),
    )
    expect(text.split('\n')).toEqual([
      '   1  add("words", ["a", "b"])',
      '   2  crash({before: "read", of: "words"})',
      '   3  crash()',
      '   4  restart()',
      '   5  advance(10)',
      '   6  fail("names", { times: 2 })',
      '   7  lose()',
      '   8  double("out")',
      '   9  holdUp({before: "write", milliseconds: 5})',
      '  10  check(() => true)',
    ])
  })

  it('refuses names that the job has not, where they are written', () => {
    const known = expect.objectContaining({ code: 'unknown-slot' })
    // @ts-expect-error
    expect(() => script(counting).add('word', [])).toThrow(known)
    // @ts-expect-error
    expect(() => script(counting).fail('counts')).toThrow(known)
    // @ts-expect-error
    expect(() => script(counting).crash({ before: 'read', of: 'word' })).toThrow(known)
    // @ts-expect-error
    expect(() => script(everything)).toThrow(expect.objectContaining({ code: 'missing-binding' }))
  })
})

describe('a script that does not hold', () => {
  it('says which step, why, and what had happened', async () => {
    const failure = await failureOf(
      script(counting)
        .add('words', ['a'])
        .check(({ stores }) => assert.equal(stores.counts.get('a'), 2))
        .restart()
        .run(),
    )
    const lines = failure.message.split('\n')
    expect(lines[0]).toMatch(/^step 2 of the script does not hold: check\(.{15,30}\.equal\(stores/)
    expect(lines).toContain('1 !== 2')
    expect(lines.filter((line) => line.startsWith('>'))).toEqual([expect.stringMatching(/^> {2}2 {2}check/)])
    expect(lines).toContain('    0 ms  worker 1: commitStage words 1: committed')
    expect(failure.cause).toMatchObject({ actual: 1, expected: 2 })
    expect([failure.seed, failure.history.length > 5]).toEqual([undefined, true])
  })

  it('by a step that fails', async () => {
    const failure = await failureOf(script(counting).advance(-1).run())
    expect(failure.message).toMatch(/^step 1 of the script fails: advance\(-1\)\nadvanceTime; got -1/)
    expect(failure.cause).toMatchObject({ code: 'invalid-option' })
  })

  it('by something that did not go wrong', async () => {
    const failure = await failureOf(script(everything, { names }).crash({ before: 'write' }).add('words', []).run())
    expect(failure.message).toMatch(/^the script is over, and this has not happened: crash before write\n/)
  })

  it('by a check that answers false, at once or in a while', async () => {
    for (const check of [() => false, async () => false]) {
      expect((await failureOf(script(counting).check(check).run())).message).toContain('it answers false')
    }
    for (const check of [() => undefined, () => 0, async () => true]) await script(counting).check(check).run()
  })
})

const words = source('words', { item: string })
const joined = aggregation<string>({ id: 'joined', value: string, semigroup: { concat: (a, b) => a + b }, commutative: true })
// Declared to commute, which it does not.
const unordered = job('unordered', words.map((word) => ['all', word] as const).sumByKey(store('text', { key: string, sum: joined })))

describe('explore', () => {
  afterEach(() => {
    vi.restoreAllMocks()
  })

  it('runs a script under many seeds, and finds nothing wrong with what is right', () => story.explore({ runs: 50, seed: 1 }))

  it('lets workers come back that die later than the script says', () =>
    script(counting)
      .crash({ before: 'read' })
      .add('words', ['a'])
      .restart()
      .crash({ after: 'commitSum' })
      .add('words', ['b'])
      .restart()
      .check(({ stores }) => stores.counts.size === 2)
      .explore({ runs: 100, workers: 1, seed: 1 }))

  it('finds an order that is relied on, and the seed finds it again', async () => {
    const ordered = script(unordered)
      .add('words', ['a', 'b', 'c'])
      .add('words', ['d', 'e', 'f'])
      .check(({ stores }) => assert.equal(stores.text.get('all'), 'abcdef'))
    await ordered.run()
    const failure = await failureOf(ordered.explore({ seed: 1 }))
    expect(failure.message).toContain(`to see it again: explore({ seed: ${failure.seed}, runs: 1 })`)
    const again = await failureOf(ordered.explore({ seed: failure.seed as number, runs: 1 }))
    expect(again.message).toBe(failure.message)
    expect(again.history).toEqual(failure.history)
  })

  it('finds a protocol that does not check', async () => {
    vi.spyOn(Partition.prototype, 'isAt').mockReturnValue(true)
    vi.spyOn(Inbox.prototype, 'isThere').mockReturnValue(true)
    const sums = script(counting)
      .add('words', ['a', 'b', 'a', 'a', 'c', 'a'])
      .check(({ stores }) => stores.counts.get('a') === 4)
    await sums.run()
    await failureOf(sums.explore({ seed: 1, runs: 200 }))
  })
})

it('needs no runner: the same in node:test', async () => {
  const path = fileURLToPath(new URL('node-test/story.ts', import.meta.url))
  const { stdout } = await promisify(execFile)(process.execPath, ['--import', 'tsx', '--conditions=tanager-source', '--test', path], {
    cwd: fileURLToPath(new URL('../../..', import.meta.url)),
  })
  expect(stdout).toMatch(/pass 2\b[\s\S]*fail 0\b/)
})
