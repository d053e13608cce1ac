import { describe, expect, test } from 'vitest'
import { keySpace, redisUrl } from './redis.ts'

describe('a key space', () => {
  test('is fresh each time, and empty', async () => {
    await using one = await keySpace()
    await using two = await keySpace()
    expect(one.url).toBe(redisUrl())
    expect(one.prefix).toMatch(/^tanager-test-[0-9a-f]{8}-redis-[0-9a-f]{8}$/)
    expect(two.prefix).not.toBe(one.prefix)
    await one.client.set(`${one.prefix}:a`, '1')
    expect(await one.keys()).toEqual([`${one.prefix}:a`])
    expect(await two.keys()).toEqual([])
  })

  test('takes its keys with it, and nobody else', async () => {
    await using other = await keySpace()
    await other.client.set(`${other.prefix}:kept`, '1')
    const space = await keySpace()
    await space.client.mset(Object.fromEntries(Array.from({ length: 3000 }, (_, i) => [`${space.prefix}:${i}`, String(i)])))
    await space.client.lpush(`${space.prefix}:{list}`, 'a')
    expect(await space.keys()).toHaveLength(3001)
    await space.close()
    await space.close()
    expect(await other.client.exists(`${space.prefix}:0`, `${space.prefix}:{list}`, `${other.prefix}:kept`)).toBe(1)
  })

  test('closes the clients it gave', async () => {
    const space = await keySpace()
    const client = await space.connect({ connectionName: 'mine' })
    expect(await client.client('GETNAME')).toBe('mine')
    await space.close()
    expect([client.status, space.client.status]).toEqual(['end', 'end'])
  })
})
