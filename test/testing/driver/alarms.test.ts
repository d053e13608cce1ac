import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { driver } from '../../../testing/driver/driver.ts'
import { script } from '../../../testing/driver/script.ts'
import { counting, everything } from './jobs.ts'

const names = new Map([['a', 'Anna']])
const quiet = { counts: { quiet: { seconds: 12 } } }

describe('alarms on a driver', () => {
  it('begin when what is expected does not come, and are over when it does', async () => {
    const app = driver(counting, {}, { alarms: quiet })
    expect(app.alarms).toEqual({ standing: [], told: [] })
    await app.pipe('words', ['a'])
    await app.advanceTime(12_000)
    expect(app.alarms).toEqual({ standing: [], told: [], looked: 12_000 })
    await app.advanceTime(2_000)
    const began = expect.objectContaining({
      slot: 'counts',
      kind: 'quiet',
      stands: true,
      text: 'the store counts is quiet: not a row in 12 s',
    })
    expect(app.alarms).toMatchObject({ standing: [began], told: [began] })
    await app.advanceTime(3_600_000)
    expect(app.alarms.told).toHaveLength(1)
    await app.pipe('words', ['b'])
    await app.advanceTime(1000)
    expect(app.alarms).toMatchObject({ standing: [], told: [began, { stands: false, text: 'the store counts is not quiet any more' }] })
    expect(app.history).toContainEqual(expect.stringMatching(/^13000 ms {2}lookout: alarm: the store counts is quiet/))
  })

  it('tell of too much and of too little, of sources and sinks too', async () => {
    const range = { per: { seconds: 12 }, atLeast: 2, atMost: 4 }
    const app = driver(
      everything,
      { names },
      { alarms: { words: { rows: range }, out: { rows: range }, counts: { bytes: { per: 12_000, atMost: 20 } } } },
    )
    const standing = async (words: readonly string[]) => {
      await app.pipe('words', words)
      await app.advanceTime(12_000)
      return app.alarms.standing.map(({ slot, kind, value }) => `${slot} ${kind} ${value}`).sort()
    }
    expect(await standing(['a', 'b', 'c'])).toEqual([])
    expect(await standing(['a', 'b', 'c', 'd', 'e'])).toEqual(['out rows 5', 'words rows 5'])
    expect(await standing(['a', 'b', 'c'])).toEqual([])
    expect(await standing(['a'.repeat(30)])).toEqual(['counts bytes 31', 'out rows 1', 'words rows 1'])
  })

  it('tell of what stands still', async () => {
    const app = driver(everything, { names }, { alarms: { out: { stopped: { seconds: 30 } }, words: { stopped: { seconds: 30 } } } })
    app.fail('out', { times: 3 })
    await app.pipe('words', ['a'])
    await app.advanceTime(29_000)
    expect(app.alarms.standing).toEqual([])
    await app.advanceTime(5_000)
    expect(app.alarms.standing.map(({ text }) => text)).toEqual(['the sink out has stopped: nothing has moved for 30 s, and 1 waits'])
  })

  it('are nobody’s business as long as nobody works', async () => {
    const app = driver(counting, {}, { alarms: quiet })
    app.crash()
    await app.pipe('words', ['a'])
    await app.advanceTime(3_600_000)
    expect(app.alarms.told).toEqual([])
    await app.restart()
    await app.advanceTime(11_000)
    expect(app.alarms.told).toEqual([])
    await app.advanceTime(3_000)
    expect(app.alarms.standing).toHaveLength(1)
  })

  it('refuse what is no expectation of the job', () => {
    expect(() => driver(counting, {}, { alarms: { count: { quiet: 2000 } } })).toThrow(/has no source, store or sink count/)
    expect(() => driver(counting, {}, { alarms: { words: { quiet: 999 } } })).toThrow(/at least 1000 milliseconds/)
  })

  it('can be looked at by a script, wherever else workers die', async () => {
    const story = script(counting)
      .add('words', ['a'])
      .crash({ before: 'commitStage' })
      .advance(30_000)
      .check(({ alarms }) => alarms.standing.length === 1)
      .add('words', ['b'])
      .advance(10_000)
      .check(({ alarms }) => alarms.standing.length === 0)
    await story.run({ alarms: quiet })
    await story.explore({ alarms: quiet, runs: 30 })
  })

  // What happens between two looks nobody sees: a look may be an `every` late.
  it('stand if and only if the range was broken over a whole interval, to within a look', async () => {
    const [per, every] = [12_000, 1000]
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.integer({ min: 1, max: 20_000 }), fc.integer({ min: 1, max: 3 })), { maxLength: 12 }),
        fc.integer({ min: 1, max: 3 }),
        async (pauses, atLeast) => {
          const app = driver(counting, {}, { alarms: { words: { rows: { per, atLeast } } } })
          const came: number[] = []
          for (const [pause, count] of [...pauses, [30_000, 1] as const]) {
            await app.advanceTime(pause)
            await app.pipe('words', Array<string>(count).fill('a'))
            came.push(...Array<number>(count).fill(app.now))
          }
          const between = (from: number, to: number) => came.filter((at) => at >= from && at <= to).length
          for (const { stands, at } of app.alarms.told) {
            if (stands) expect(between(at - per + 1, at - 1)).toBeLessThan(atLeast)
            else expect(between(at - per - every, at)).toBeGreaterThanOrEqual(atLeast)
          }
          for (let end = per + 2 * every; end <= app.now; end += 500) {
            if (between(end - per - 2 * every, end) >= atLeast) continue
            const last = app.alarms.told.findLast(({ at }) => at <= end)
            expect(last?.stands, `silent up to ${end}, ${JSON.stringify(came)}`).toBe(true)
          }
        },
      ),
      { numRuns: 100 },
    )
  })
})
