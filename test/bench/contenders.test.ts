import { describe, expect, it } from 'vitest'
import { localContender, type RedisContenderName, redisContenders } from '../../bench/contenders/index.ts'
import { countsOf, firstBeacons, mustEqual } from '../../bench/events.ts'
import { startRedisServer } from '../../scripts/redis/server.ts'

// A bench that measures wrong answers says nothing. Peers are asked by the bench itself: they need not be installed for this.

const beacons = firstBeacons(2_000)
const right = countsOf(beacons)

describe('in memory', () => {
  it.each(['tanagerMemory', 'handLoop', 'nodeStreams'] as const)('%s counts right', async (name) => {
    expect(await (await localContender(name)).count(beacons)).toEqual(right)
  })
})

describe('through Redis', () => {
  it.each(Object.keys(redisContenders) as readonly RedisContenderName[])('%s counts right', async (name) => {
    const { send, work, counts } = redisContenders[name]
    // They write to keys of their own choice: in a server that is nobody else's.
    await using own = await startRedisServer()
    await send(own.url, beacons, 300)
    const stop = await work(own.url, beacons.length, 300)
    expect(await counts(own.url)).toEqual(right)
    await stop()
  })
})

describe('an answer', () => {
  it.each([
    ['one too many', new Map([...right].map(([type, n], i) => [type, i === 0 ? n + 1 : n]))],
    ['a type is missing', new Map([...right].slice(1))],
    ['a type too many', new Map([...right, ['never sent', 1]])],
  ])('is found to be wrong: %s', (_, answer) => {
    expect(() => mustEqual('somebody', answer, right)).toThrow('somebody counts wrong')
  })
})
