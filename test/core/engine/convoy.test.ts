import { describe, expect, it } from 'vitest'
import { Convoy } from '../../../core/engine/convoy.ts'
import type { Engine } from '../../../core/engine/engine.ts'
import type { Attempt, Outcome } from '../../../core/engine/scheduler.ts'

const first: Attempt = { last: false, deaths: 0 }
const stage = (sequence: number, stream = 'words') => ({ kind: 'stage', stream, sequence }) as const
const done: Outcome = { status: 'done' }

/** An engine that is at work until a test says otherwise, and tells what it was given. */
function engine({ joins = true, apart = false } = {}) {
  const given: string[] = []
  const open: (() => void)[] = []
  const wait = () =>
    new Promise<void>((resolve) => {
      open.push(resolve)
    })
  const engine: Engine = {
    joins: () => joins,
    handle: async (pointer, { last, deaths }) => {
      given.push(`${'sequence' in pointer ? pointer.sequence : pointer.store}${last ? ' last' : ''}${deaths > 0 ? ' suspect' : ''}`)
      await wait()
      if ('sequence' in pointer && pointer.sequence === 13) throw new Error('bad luck')
      return done
    },
    handleTogether: async (pointers) => {
      given.push(pointers.map(({ sequence }) => sequence).join('+'))
      await wait()
      return pointers.map(() => (apart ? undefined : done))
    },
  }
  /** Lets all that is at work come to its end, and what comes of that begin. */
  const settle = async () => {
    for (const go of open.splice(0)) go()
    for (let turn = 0; turn < 20; turn++) await Promise.resolve()
  }
  return { convoy: new Convoy(engine), given, settle }
}

describe('a convoy', () => {
  it('begins with what comes while nothing is at work, and takes together what came meanwhile', async () => {
    const { convoy, given, settle } = engine()
    const outcomes = [1, 2, 3, 4, 5].map((sequence) => convoy.handle(stage(sequence), first))
    expect(given).toEqual(['1', '2'])
    await settle()
    expect(given).toEqual(['1', '2', '3+4+5'])
    await settle()
    expect(await Promise.all(outcomes)).toEqual(outcomes.map(() => done))
  })

  it('keeps streams apart', () => {
    const { convoy, given } = engine()
    for (const stream of ['a', 'b', 'c']) void convoy.handle(stage(1, stream), first)
    expect(given).toEqual(['1', '1', '1'])
  })

  it('lets each go by itself that has to, and fail by itself', async () => {
    const { convoy, given, settle } = engine({ apart: true })
    const outcomes = [1, 2, 12, 13].map((sequence) => convoy.handle(stage(sequence), { last: sequence === 12, deaths: 0 }))
    const settled = Promise.allSettled(outcomes)
    for (let round = 0; round < 3; round++) await settle()
    expect(given).toEqual(['1', '2', '12+13', '12 last', '13'])
    expect((await settled).map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'fulfilled', 'rejected'])
  })

  it('goes on after a failure', async () => {
    const { convoy, given, settle } = engine()
    const failed = Promise.allSettled([13, 13].map((sequence) => convoy.handle(stage(sequence), first)))
    void convoy.handle(stage(3), first)
    await settle()
    expect((await failed).map(({ status }) => status)).toEqual(['rejected', 'rejected'])
    expect(given).toEqual(['13', '13', '3'])
  })

  it('leaves alone what cannot be joined, and what has left a worker without a word', () => {
    const apart = engine({ joins: false })
    for (const sequence of [1, 2, 3]) void apart.convoy.handle(stage(sequence), first)
    expect(apart.given).toEqual(['1', '2', '3'])
    const { convoy, given } = engine()
    for (const sequence of [1, 2, 3]) void convoy.handle(stage(sequence), { last: false, deaths: 1 })
    for (let n = 0; n < 3; n++) void convoy.handle({ kind: 'sum', store: 'counts', partition: n, position: 0 }, first)
    expect(given).toEqual(['1 suspect', '2 suspect', '3 suspect', 'counts', 'counts', 'counts'])
  })
})
