import fc from 'fast-check'
import { Redis } from 'ioredis'
import { describe, expect, it } from 'vitest'
import { startRedisServer } from '../../scripts/redis/server.ts'
import { CommandReader, written } from './resp.ts'
import { type Mode, type Stop, Wire } from './wire.ts'

/** A process that adds one five times over one connection, and waits on another for what never comes. */
async function counting(stop?: Stop) {
  const server = await startRedisServer()
  const watcher = new Redis(server.url)
  const wire = await Wire.open({ port: server.port, ...(stop === undefined ? {} : { stop }) })
  const way = () => new Redis({ host: '127.0.0.1', port: wire.port, connectionName: 'process', retryStrategy: () => null })
  const connections = async () =>
    String(await watcher.client('LIST'))
      .split('\n')
      .filter((line) => line.includes(' name=process '))
  const waited = way()
    .blpop('never', 0)
    .catch(() => 'cut off')
  await expect.poll(async () => (await connections()).join()).toContain('cmd=blpop')
  const adding = way()
  const added = Promise.all(Array.from({ length: 5 }, () => adding.incr('n'))).catch(() => 'cut off')
  return {
    wire,
    added,
    connections,
    count: async () => Number(await watcher.get('n')),
    [Symbol.asyncDispose]: async () => {
      await wire.close()
      await waited
      watcher.disconnect()
      await server.close()
    },
  }
}

const third = (mode: Mode): Stop => ({ name: 'incr', nth: 3, mode })

describe('a process on a wire', () => {
  it('is served like any other as long as nothing stops it', async () => {
    await using process = await counting()
    expect(await process.added).toEqual([1, 2, 3, 4, 5])
    expect(process.wire.sent.get('incr')).toBe(5)
  })

  it.each([
    ['before', 2],
    ['after', 3],
  ] as const)('dies %s a command: Redis has run %d, and nothing of the process is left there', async (mode, count) => {
    await using process = await counting(third(mode))
    await process.wire.stopped
    expect(await process.count()).toBe(count)
    expect(await process.connections()).toEqual([])
    await expect(process.wire.alive()).rejects.toThrow()
    await process.wire.close()
    expect(await process.added).toBe('cut off')
    expect(await process.count()).toBe(count)
  })

  it('stands still before a command, and goes on as if nothing had been', async () => {
    await using process = await counting(third('late'))
    await process.wire.stopped
    await expect.poll(() => process.count()).toBe(2)
    expect(await process.connections()).toHaveLength(2)
    const alive = process.wire.alive()
    process.wire.goOn()
    expect(await process.added).toEqual([1, 2, 3, 4, 5])
    await alive
  })
})

describe('a reader of commands', () => {
  it('gives the same commands in whatever pieces they come', () => {
    const word = fc.oneof(fc.string(), fc.constantFrom('', '\r\n', '*1\r\n$1\r\nx\r\n', 'ü')).map((text) => Buffer.from(text))
    const commands = fc.array(fc.array(word, { minLength: 1, maxLength: 4 }), { maxLength: 5 })
    fc.assert(
      fc.property(commands, fc.array(fc.nat(200)), (sent, cuts) => {
        const bytes = Buffer.concat(sent.map(written))
        const ends = [...new Set([...cuts.filter((cut) => cut < bytes.length), bytes.length])].sort((a, b) => a - b)
        const reader = new CommandReader()
        const read = ends.flatMap((end, i) => reader.push(bytes.subarray(ends[i - 1] ?? 0, end)))
        expect(read.map(({ words }) => words)).toEqual(sent)
        expect(Buffer.concat(read.map((command) => command.bytes))).toEqual(bytes)
      }),
    )
  })
})
