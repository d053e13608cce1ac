import { afterEach, describe, expect, it, vi } from 'vitest'
import type { Log } from '../../../../core/engine/log.ts'
import { memoryLog } from '../../../../platforms/simulation/memory-log.ts'
import { UnlawfulError } from '../../../../testing/laws/lawful.ts'
import { logLaws } from '../../../../testing/laws/log/laws.ts'
import type { LogParts, OpenLog } from '../../../../testing/laws/log/parts.ts'
import { brokenLogs } from './broken.ts'

const inMemory = async (parts: LogParts): Promise<OpenLog> => ({ log: memoryLog(parts), close: async () => {} })

const wrapped =
  (wrap: (log: Log) => Partial<Log>): typeof inMemory =>
  async (parts) => {
    const log = memoryLog(parts)
    return { log: { ...log, ...wrap(log) }, close: async () => {} }
  }

/** The laws that a log breaks, and how. */
async function brokenLawsOf(open: typeof inMemory): Promise<ReadonlyMap<string, UnlawfulError>> {
  const found = new Map<string, UnlawfulError>()
  for (const { name, check } of logLaws({ name: 'mine', open })) await check().catch((error: UnlawfulError) => found.set(name, error))
  return found
}

afterEach(() => {
  vi.restoreAllMocks()
})

describe('the laws of logs', () => {
  it('hold for the log in memory', async () => {
    expect(await brokenLawsOf(inMemory)).toEqual(new Map())
  })

  it.each(brokenLogs)('break where nobody checks $unchecked', async ({ law, patch, wrap }) => {
    patch?.()
    const found = await brokenLawsOf(wrap === undefined ? inMemory : wrapped(wrap))
    expect([...found.keys()]).toContain(law)
    expect(found.get(law)).toBeInstanceOf(UnlawfulError)
    expect(found.get(law)?.message.startsWith(`mine breaks the law "${law}": `)).toBe(true)
  })

  it('are all shown able to break', async () => {
    const shown = new Set<string>()
    for (const { patch, wrap } of brokenLogs) {
      patch?.()
      for (const law of (await brokenLawsOf(wrap === undefined ? inMemory : wrapped(wrap))).keys()) shown.add(law)
      vi.restoreAllMocks()
    }
    expect(
      logLaws({ open: inMemory })
        .map(({ name }) => name)
        .filter((name) => !shown.has(name)),
    ).toEqual([])
  })
})

describe('a broken law of a log', () => {
  const unheeding = wrapped((log) => ({
    append: async (batch) => ({ status: 'appended', sequence: (await log.append(batch)).status === 'appended' ? 7 : 8 }),
  }))

  it('is told with what was answered, and at which line', async () => {
    const error = (await brokenLawsOf(unheeding)).get('append: numbers batches from 1, each stream on its own')
    expect(error?.message).toBe(
      'mine breaks the law "append: numbers batches from 1, each stream on its own": it answers [7, 7, 7, 7], and should answer [1, 2, 1, 3]; at [0]: 7, should be 1',
    )
    expect(error?.cause).toMatchObject({ stack: expect.stringContaining('testing/laws/log/law/append.ts') })
    expect(error?.report.broken).toMatchObject([{ law: 'append: numbers batches from 1, each stream on its own' }])
  })

  it('is one that throws, too, and its log is closed', async () => {
    const close = vi.fn(async () => {})
    const suite = logLaws({
      name: 'mine',
      open: async (parts) => ({ log: { ...memoryLog(parts), noted: () => Promise.reject(new Error('no notes')) }, close }),
    })
    const notes = suite.find(({ name }) => name.startsWith('notes')) as (typeof suite)[number]
    await expect(notes.check()).rejects.toThrow('mine breaks the law "notes: are what was written last": no notes')
    expect(close).toHaveBeenCalledTimes(1)
  })
})

describe('an exception to a law of logs', () => {
  const law = 'notes: are what was written last'

  it('is left out', () => {
    const all = logLaws({ open: inMemory })
    const some = logLaws({ open: inMemory, except: { [law]: 'nobody reads notes here' } })
    expect(some.map(({ name }) => name)).toEqual(all.map(({ name }) => name).filter((name) => name !== law))
  })

  it.each([{ notes: 'why not' }, { [law]: '' }])('is refused where it names no law or gives no reason', (except) => {
    expect(() => logLaws({ open: inMemory, except })).toThrow(`'${law}'`)
  })
})
