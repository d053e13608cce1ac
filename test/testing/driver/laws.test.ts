import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Job } from '../../../core/job.ts'
import { planOf } from '../../../core/plan/index.ts'
import type { AnySlot } from '../../../core/slot/slot.ts'
import { memory } from '../../../platforms/memory/index.ts'
import { arbitraryJob } from '../../../testing/arbitrary/job.ts'
import { driver } from '../../../testing/driver/driver.ts'
import type { CrashPoint, WorkerStep } from '../../../testing/driver/fault.ts'
import { type Script, script } from '../../../testing/driver/script.ts'
import type { Driver } from '../../../testing/driver/types.ts'
import { type AnyOutcome, determined } from '../../../testing/laws/platform/determined.ts'
import type { Inputs } from '../../../testing/platform/platform.ts'
import { everything } from './jobs.ts'

const workerSteps: readonly WorkerStep[] = [
  'read',
  'multiGet',
  'commitStage',
  'readInbox',
  'readValuesAt',
  'commitSum',
  'write',
  'commitSink',
]
const points: readonly CrashPoint<never>[] = [...workerSteps, 'append' as const].flatMap((step) => [{ before: step }, { after: step }])

const names = new Map([['a', 'Anna']])
const batches = [['a', 'b'], ['c', 'a'], ['b']]

/** Until nothing is left to do, and nothing left to go wrong. */
async function toTheEnd(app: Pick<Driver<never>, 'restart' | 'advanceTime' | 'failed'>): Promise<void> {
  for (let round = 0; round < 30; round++) {
    await app.restart()
    await app.advanceTime(10_000)
  }
  expect(app.failed).toEqual([])
}

describe('whoever dies, and wherever, nothing is lost and nothing counted twice', () => {
  it.each(points.map((point) => [point.before === undefined ? `after ${point.after}` : `before ${point.before}`, point] as const))(
    '%s',
    async (_, point) => {
      for (const dying of batches.keys()) {
        const app = driver(everything, { names })
        for (const [i, words] of batches.entries()) {
          if (i === dying) app.crash(point)
          await app.pipe('words', words)
        }
        const died = app.history.filter((line) => line.includes('dies waiting for'))
        expect([died.length, app.armed]).toEqual([1, []])
        expect(app.history.some((line) => line.endsWith('and nobody hears it'))).toBe(point.after !== undefined)
        await toTheEnd(app)
        expect(app.stores).toEqual({
          counts: new Map([
            ['a', 2],
            ['b', 2],
            ['c', 1],
          ]),
          total: new Map([['all', 5]]),
          text: new Map([['all', 'abcab']]),
        })
        expect([...app.sinks.out].sort()).toEqual(['Anna', 'Anna', 'b', 'b', 'c'])
      }
    },
  )
})

/** What is done between two batches. */
type Deed =
  | { readonly kind: 'crash'; readonly point: CrashPoint<never> }
  | { readonly kind: 'holdUp'; readonly before: WorkerStep; readonly milliseconds: number }
  | { readonly kind: 'advance'; readonly milliseconds: number }
  | { readonly kind: 'lose' | 'double' | 'restart' | 'end' }

const deeds: fc.Arbitrary<Deed> = fc.oneof(
  fc.record({ kind: fc.constant('crash' as const), point: fc.constantFrom(...points) }),
  fc.record({ kind: fc.constant('holdUp' as const), before: fc.constantFrom(...workerSteps), milliseconds: fc.nat(2000) }),
  fc.record({ kind: fc.constant('advance' as const), milliseconds: fc.nat(2000) }),
  fc.record({ kind: fc.constantFrom('lose' as const, 'double' as const, 'restart' as const, 'end' as const) }),
)

const lives = fc.record({
  deeds: fc.array(fc.tuple(fc.nat(20), deeds), { maxLength: 12 }),
  cuts: fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 1, maxLength: 10 }),
  partitions: fc.integer({ min: 1, max: 4 }),
  workers: fc.integer({ min: 1, max: 4 }),
})

type Generated = ReturnType<typeof arbitraryJob> extends fc.Arbitrary<infer A> ? A : never
type Life = typeof lives extends fc.Arbitrary<infer A> ? A : never

/** One life of a job: its records in batches, one source's after another's, and what befalls it in between. */
async function live({ job, inputs }: Generated, { deeds, cuts, partitions, workers }: Life): Promise<Driver<AnySlot>> {
  const app = driver(job, bindingsOf(job, inputs) as never, { partitions, workers })
  for (const turn of turnsOf(job, inputs, cuts)) {
    for (const [at, deed] of deeds) if (at === turn.number) await suffer(app, deed)
    for (const { source, records } of turn.records) await app.pipe(source, records as never[])
  }
  await toTheEnd(app)
  return app
}

const bindingsOf = (job: Job, inputs: Inputs) =>
  Object.fromEntries(Object.entries(inputs).filter(([name]) => job.slots.get(name)?.kind !== 'source'))

interface Turn {
  readonly number: number
  readonly records: readonly { readonly source: string; readonly records: readonly unknown[] }[]
}

/** Some records of each source that has any left, over and over. */
function* turnsOf(job: Job, inputs: Inputs, cuts: readonly number[]): Generator<Turn> {
  let left = [...job.slots.values()]
    .filter(({ kind }) => kind === 'source')
    .map(({ name }) => ({ source: name, records: inputs[name] as readonly unknown[] }))
  for (let number = 0; left.length > 0; number++) {
    const cut = cuts[number % cuts.length] as number
    yield { number, records: left.map(({ source, records }) => ({ source, records: records.slice(0, cut) })) }
    left = left.map(({ source, records }) => ({ source, records: records.slice(cut) })).filter(({ records }) => records.length > 0)
  }
}

function suffer(app: Driver<AnySlot>, deed: Deed): Promise<void> | void {
  switch (deed.kind) {
    case 'crash':
      return app.crash(deed.point)
    case 'holdUp':
      return app.holdUp(deed)
    case 'advance':
      return app.advanceTime(deed.milliseconds)
    case 'lose':
      return app.lose()
    case 'double':
      return app.double()
    case 'restart':
      return app.restart()
    case 'end':
      return app.crash()
  }
}

function told(story: Script<AnySlot>, deed: Deed): Script<AnySlot> {
  switch (deed.kind) {
    case 'crash':
      return story.crash(deed.point)
    case 'holdUp':
      return story.holdUp(deed)
    case 'advance':
      return story.advance(deed.milliseconds)
    case 'lose':
      return story.lose()
    case 'double':
      return story.double()
    case 'restart':
      return story.restart()
    case 'end':
      return story.crash()
  }
}

/** What memory says. */
const meant = async ({ job, inputs, comparison }: Generated) =>
  determined(
    job,
    comparison,
    (await memory()
      .on(job)
      .run(inputs as never)) as unknown as AnyOutcome,
  )

describe('a job of any kind, in whatever batches, whatever befalls it', () => {
  it('ends as memory says', () =>
    fc.assert(
      fc.asyncProperty(arbitraryJob(), lives, async (generated, life) => {
        const { job, comparison } = generated
        const app = await live(generated, life)
        expect(determined(job, comparison, app as unknown as AnyOutcome)).toEqual(await meant(generated))
        for (const { name } of planOf(job).streams) {
          const { head, watermark, backlog } = app.watermark(name)
          expect([watermark, backlog]).toEqual([head, 0])
        }
      }),
      { numRuns: 60 },
    ))

  it('suffers all there is to suffer', async () => {
    const unseen = new Set(['dies', 'is held up', 'loses', 'twice', 'repeated', 'already', 'stale', 'nobody hears it'])
    for (const [generated, life] of fc.sample(fc.tuple(arbitraryJob(), lives), { seed: 1, numRuns: 300 })) {
      const { history } = await live(generated, life)
      for (const what of unseen) if (history.some((line) => line.includes(what))) unseen.delete(what)
      if (unseen.size === 0) return
    }
    expect([...unseen]).toEqual([])
  })

  it('ends so under any seed, as a script', () =>
    fc.assert(
      fc.asyncProperty(arbitraryJob(), lives, fc.noShrink(fc.nat()), async (generated, { deeds, workers, cuts }, seed) => {
        const { job, inputs, comparison } = generated
        const expected = await meant(generated)
        let story = script(job, bindingsOf(job, inputs) as never) as Script<AnySlot>
        for (const turn of turnsOf(job, inputs, cuts)) {
          for (const [at, deed] of deeds) if (at === turn.number) story = told(story, deed)
          for (const { source, records } of turn.records) story = story.add(source, records as never[])
        }
        await story
          .restart()
          .check((state) => expect(determined(job, comparison, state as unknown as AnyOutcome)).toEqual(expected))
          .explore({ runs: 2, seed, workers })
      }),
      { numRuns: 40 },
    ))

  it('lives the same life again, step by step', () =>
    fc.assert(
      fc.asyncProperty(arbitraryJob({ steps: 8 }), lives, async (generated, life) => {
        const [one, two] = [await live(generated, life), await live(generated, life)]
        expect(two.history).toEqual(one.history)
      }),
      { numRuns: 15 },
    ))
})
