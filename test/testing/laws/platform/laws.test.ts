import { describe, expect, it } from 'vitest'
import { TanagerError } from '../../../../core/error.ts'
import { UnlawfulError } from '../../../../testing/laws/lawful.ts'
import { type PlatformLawOptions, platformLaws } from '../../../../testing/laws/platform/laws.ts'
import type { TestPlatform } from '../../../../testing/platform/platform.ts'
import { broken, faults, sound } from './broken.ts'

/** What each law says of a platform, or one of them: nothing, where it holds. */
async function verdicts(platform: TestPlatform, options: PlatformLawOptions, only = ''): Promise<ReadonlyMap<string, string>> {
  const suite = await platformLaws(platform, options)
  const said = new Map<string, string>()
  for (const { name, check } of suite) {
    if (!name.startsWith(only)) continue
    const law = name.split(':')[0] as string
    await check().catch((error: unknown) => {
      expect(error).toBeInstanceOf(UnlawfulError)
      said.set(law, (error as UnlawfulError).message)
    })
  }
  return said
}

describe('the laws of platforms', () => {
  it('have the names that the design gives them, and hold in memory', async () => {
    const suite = await platformLaws(sound)
    expect(suite.map(({ name }) => name.split(':')[0])).toEqual([
      'platform law',
      'emission law',
      'order law',
      'once law',
      'nothing vanishes',
    ])
    expect(await verdicts(sound, { runs: 20 })).toEqual(new Map())
  })

  it.each(faults)('name the $law for a platform that $name', async (fault) => {
    const said = await verdicts(broken(fault), { runs: 60, seed: 1, seconds: 1 }, fault.law)
    expect(said.get(fault.law)).toMatch(fault.says)
  })

  it('break for no reason but their own', async () => {
    const [reversed, forgetful] = ['hands over its last records first', 'tells of each change as if it were the first'].map((name) =>
      broken(faults.find((fault) => fault.name === name) as (typeof faults)[number]),
    ) as [TestPlatform, TestPlatform]
    const ofReversed = await verdicts(reversed, { runs: 60, seed: 1, seconds: 1 })
    expect(ofReversed.has('once law') || ofReversed.has('nothing vanishes')).toBe(false)
    expect([...(await verdicts(forgetful, { runs: 60, seed: 1, seconds: 1 })).keys()]).toEqual(['emission law'])
  })
})

describe('a broken law', () => {
  const lossy = broken(faults.find(({ name }) => name === 'forgets a key') as (typeof faults)[number])
  const platform: TestPlatform = {
    ...lossy,
    name: 'mine',
    run: async (...given) => ({ ...(await lossy.run(...given)), history: ['the worker starts', 'the worker forgets'] }),
  }

  async function failureOf(law: string, options: PlatformLawOptions = {}): Promise<UnlawfulError> {
    const suite = await platformLaws(platform, { runs: 50, seed: 3, ...options })
    const test = suite.find(({ name }) => name.startsWith(law)) as (typeof suite)[number]
    return test.check().then(
      () => {
        throw new Error('it holds')
      },
      (error) => error as UnlawfulError,
    )
  }

  it('is told with what differs, the job as a program, its inputs, the history and the seed', async () => {
    const { message, report } = await failureOf('platform law')
    expect(message).toMatch(/^mine breaks the platform law: stores, sinks and dead letters are what the job says, however it is run\n/)
    expect(message).toMatch(/\n {2}store sum\d+, key .*: it has nothing, and should have .*\n/)
    expect(message).toMatch(/\nThe job of run \d+, made smaller \d+ times, run with the seed \d+:\n/)
    expect(message).toMatch(/\nconst in1 = source\('in1', .*\n(.*\n)*const random = job\('random', .*\)\nconst inputs = \{\n {2}in1: \[/)
    expect(message).toContain('\nWhat happened:\n  the worker starts\n  the worker forgets\n')
    expect(message).toMatch(/\nTo see it again: platformLaws\(…, \{ seed: 3 \}\)\n\(seed 3\)$/)
    expect(report.broken).toMatchObject([{ law: 'platform law', sentence: expect.stringMatching(/^mine: platform law: store sum/) }])
  })

  it('is told with the plan and the records, where the job is one of its own', async () => {
    const { message } = await failureOf('order law')
    expect(message).toContain('job ordered')
    expect(message).toMatch(/\nfirst: \[.*\]\nsecond: \[.*\]\n/)
  })

  it('is told on a job that a person can read', async () => {
    const { message } = await failureOf('platform law')
    expect(message.match(/^const x/gm)?.length).toBeLessThanOrEqual(3)
  })

  it('is told the same with the same seed', async () => {
    expect((await failureOf('once law')).message).toBe((await failureOf('once law')).message)
  })

  it('is told on a larger job where there is no time', async () => {
    const { message } = await failureOf('platform law', { seconds: 0 })
    expect(message).toMatch(/\nThe job of run \d+, run with the seed/)
  })

  it('keeps the error of a run that failed', async () => {
    const gone = new Error('gone')
    const suite = await platformLaws({ name: 'mine', run: () => Promise.reject(gone) }, { runs: 1 })
    await expect(suite[0]?.check()).rejects.toMatchObject({ message: expect.stringContaining('  the run failed: gone\n'), cause: gone })
  })
})

describe('an exception', () => {
  it('is left out', async () => {
    const suite = await platformLaws(sound, { except: { 'order law': 'one queue per key, and no order across them' } })
    expect(suite.map(({ name }) => name.split(':')[0])).toEqual(['platform law', 'emission law', 'once law', 'nothing vanishes'])
  })

  it.each([
    [
      { 'purity law': 'we have none' },
      /the laws of memory: except names a law that there is not; got "purity law"; allowed: 'platform law', /,
    ],
    [
      { 'order law': ' ' },
      /the laws of memory: the exception to 'order law' gives no reason; got " "; allowed: a sentence .*'platform law', /,
    ],
    [{ 'order law': true }, /gives no reason; got true/],
  ])('is refused where it names no law or gives no reason: %o', async (except, message) => {
    const refused = await platformLaws(sound, { except: except as never }).catch((error: unknown) => error)
    expect(refused).toBeInstanceOf(TanagerError)
    expect(refused).toMatchObject({ code: 'invalid-option', message: expect.stringMatching(message) })
  })

  it.each([0, -1, 1.5, Number.NaN])('cannot be made by asking for %s runs', async (runs) => {
    await expect(platformLaws(sound, { runs })).rejects.toMatchObject({ code: 'invalid-option' })
  })
})
