import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Gate } from '../../../core/engine/gate.ts'
import type { Log } from '../../../core/engine/log.ts'
import { trial } from '../../../core/engine/trial.ts'

/** Notes, which are all that a trial asks of a log; and what stops for good when its worker dies. */
function place() {
  const notes = new Map<string, string>()
  const log = {
    note: async (name: string, text: string) => {
      notes.set(name, text)
    },
    noted: async (name: string) => notes.get(name),
  } as Pick<Log, 'note' | 'noted'> as Log
  let deaths = 0
  /** One worker after the other, until one comes through. */
  async function tried(size: number, dies: (from: number, to: number, guilty: ReadonlySet<number>) => boolean) {
    for (;;) {
      const outcome = await new Promise<readonly number[] | 'dead' | 'elsewhere' | Error>((resolve) => {
        const live = (is: boolean) => {
          if (!is) return Promise.resolve()
          resolve('dead')
          return new Promise<never>(() => {})
        }
        trial(log, new Gate(), {
          name: 'stage:s-1',
          what: 'the batch s-1',
          size,
          attempt: (from, to) => live(dies(from, to, new Set())),
          whole: (guilty) => live(dies(0, size, guilty)).then(() => [...guilty].sort((a, b) => a - b)),
        }).then(resolve, resolve)
      })
      if (outcome !== 'dead') return { outcome, deaths }
      deaths += 1
      if (deaths > 10_000) throw new Error('it never ends')
    }
  }
  return { log, tried }
}

const size = fc.integer({ min: 1, max: 400 })

describe('a trial', () => {
  it('finds exactly those that kill, whichever they are', () =>
    fc.assert(
      fc.asyncProperty(size, fc.array(fc.nat(), { maxLength: 4 }), async (n, picks) => {
        const fatal = [...new Set(picks.map((pick) => pick % n))].sort((a, b) => a - b)
        const { outcome } = await place().tried(n, (from, to, guilty) => fatal.some((at) => from <= at && at < to && !guilty.has(at)))
        expect(outcome).toEqual(fatal)
      }),
    ))

  it('costs four deaths for one among thousands', async () => {
    const { outcome, deaths } = await place().tried(5000, (from, to, guilty) => from <= 1234 && 1234 < to && !guilty.has(1234))
    expect({ outcome, deaths }).toEqual({ outcome: [1234], deaths: 4 })
  })

  it('blames nobody for deaths that come from outside', () =>
    fc.assert(
      fc.asyncProperty(size, fc.array(fc.integer({ min: 1, max: 500 }), { maxLength: 5 }), async (n, moments) => {
        let step = 0
        // No more than one at the same place: for somebody outside does not wait for it.
        const when = new Set(moments.map((moment) => moment * 3))
        const { outcome } = await place().tried(n, () => when.has(++step))
        expect(outcome).toEqual([])
      }),
    ))

  it('that is begun again in the same process, before it is over, is left to the first', () =>
    fc.assert(
      fc.asyncProperty(size, fc.array(fc.nat(300), { minLength: 1, maxLength: 8 }), async (n, moments) => {
        const { log } = place()
        const gate = new Gate()
        const begun: Promise<unknown>[] = []
        let step = 0
        const begin = () => {
          begun.push(
            trial(log, gate, {
              name: 's-1',
              what: 's-1',
              size: n,
              attempt: async () => {
                step += 1
                if (moments.includes(step)) begin()
                await Promise.resolve()
              },
              whole: async (guilty) => guilty.size,
            }),
          )
        }
        begin()
        for (let i = 0; i < begun.length; i++) await begun[i]
        const [first, ...others] = await Promise.all(begun)
        expect(first).toBe(0)
        expect(new Set(others)).toEqual(new Set(others.length > 0 ? ['elsewhere'] : []))
      }),
    ))

  it('says so where all together kill and none alone does', async () => {
    const { tried } = place()
    const { outcome } = await tried(100, (from, to) => to - from > 50)
    expect(outcome).toMatchObject({ code: 'batch-failed' })
    expect(String(outcome)).toContain('the batch s-1 brings its workers down')
  })

  it('goes on where it was after an error, and takes it for no death', async () => {
    const { log } = place()
    const seen: string[] = []
    let fails = 2
    const attempt = async (from: number, to: number) => {
      seen.push(`${from}-${to}`)
      if (from === 3 && fails-- > 0) throw new Error('no answer')
    }
    const once = () => trial(log, new Gate(), { name: 'n', what: 'n', size: 9, attempt, whole: async (guilty) => guilty.size })
    await expect(once()).rejects.toThrow('no answer')
    await expect(once()).rejects.toThrow('no answer')
    expect(await once()).toBe(0)
    expect(seen).toEqual(['0-3', '3-6', '3-6', '3-6', '6-9'])
  })
})

describe('a gate', () => {
  it('lets many in together, and one alone', async () => {
    const gate = new Gate()
    const inside: string[] = []
    const most = { together: 0, beside: 0 }
    const enter = (who: string) => async () => {
      inside.push(who)
      await Promise.resolve()
      most.together = Math.max(most.together, inside.filter((each) => each === 'together').length)
      if (inside.includes('alone')) most.beside = Math.max(most.beside, inside.length)
      await Promise.resolve()
      inside.splice(inside.indexOf(who), 1)
    }
    await Promise.all(Array.from({ length: 40 }, (_, i) => (i % 5 === 3 ? gate.alone(enter('alone')) : gate.together(enter('together')))))
    expect(most.together).toBeGreaterThan(1)
    expect(most.beside).toBe(1)
  })

  it('opens again after an error', async () => {
    const gate = new Gate()
    await expect(gate.alone(() => Promise.reject(new Error('no')))).rejects.toThrow('no')
    await expect(gate.together(() => Promise.reject(new Error('no')))).rejects.toThrow('no')
    expect(await gate.alone(async () => 1)).toBe(1)
  })
})
