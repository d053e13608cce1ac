import { describe, expect, it } from 'vitest'
import { Closing } from '../../../connectors/redis/closing.ts'
import { connect } from '../../../connectors/redis/link.ts'
import { redisUrl } from '../../redis/redis.ts'
import { leftBehind } from '../heap.ts'

describe('the end of a reading', () => {
  it('comes once, wakes who waits, and makes failures of what it cut off no failures', async () => {
    const closing = new Closing()
    let ends = 0
    const end = async () => {
      ends += 1
    }
    const waiting = [closing.pause(3_600_000), closing.before(new Promise(() => {}))]
    let fail = () => {}
    const steps = closing.steps(
      () =>
        new Promise((_, reject) => {
          fail = () => reject(new Error('Connection is closed.'))
        }),
    )
    await Promise.all([closing.begin(end), closing.begin(end)])
    fail()
    expect(await Promise.all([...waiting, steps])).toEqual([undefined, undefined, undefined])
    expect([ends, closing.begun]).toEqual([1, true])
    await closing.pause(3_600_000)
    expect(await closing.steps(async () => 'more')).toBeUndefined()
  })

  it('is waited for by nobody who has an answer', async () => {
    const closing = new Closing()
    expect(await closing.before(Promise.resolve(1))).toBe(1)
    await expect(closing.steps(() => Promise.reject(new Error('away')))).rejects.toThrow('away')
    const step = [undefined, undefined, 'answer'].values()
    expect(await closing.steps(async () => step.next().value)).toBe('answer')
  })

  it('leaves nothing behind of waits before it, nor does a connection of answers', async () => {
    const closing = new Closing()
    const link = await connect(redisUrl(), { code: 'source', name: 'here' })
    const turn = () => closing.before(new Promise((resolve) => setImmediate(resolve)))
    expect(await leftBehind(20_000, turn)).toBeLessThan(50)
    expect(await leftBehind(20_000, () => link.answerWhileOpen(turn()))).toBeLessThan(50)
    await link.close()
    await expect(link.answerWhileOpen(new Promise(() => {}))).rejects.toMatchObject({ code: 'source' })
  })
})
