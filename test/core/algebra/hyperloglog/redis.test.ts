import fc from 'fast-check'
import { hyperLogLog } from 'tanager/algebra'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type KeySpace, keySpace } from '../../../redis/redis.ts'

const sum = hyperLogLog()
const { toBytes, fromBytes } = sum.codec.binary as NonNullable<typeof sum.codec.binary>
const present = (value: Parameters<typeof toBytes>[0]) => sum.present(value).estimate
const names = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => `visitor ${from + i}`)
const total = (elements: readonly (string | Uint8Array)[]) => sum.concatMany?.(elements.map(sum.prepare)) ?? expect.unreachable()

let space: KeySpace
let keys = 0
const key = () => `${space.prefix}:{one}:${keys++}`

beforeAll(async () => {
  space = await keySpace()
})

afterAll(() => space.close())

/** What Redis makes of the same elements. */
async function added(elements: readonly (string | Uint8Array)[]): Promise<string> {
  const name = key()
  for (let i = 0; i < elements.length; i += 5000) {
    const part = elements.slice(i, i + 5000).map((element) => (typeof element === 'string' ? element : Buffer.from(element)))
    await space.client.pfadd(name, ...part)
  }
  return name
}

const bytesAt = async (name: string) => new Uint8Array((await space.client.getBuffer(name)) as Buffer)

async function kept(value: Parameters<typeof toBytes>[0]): Promise<string> {
  const name = key()
  await space.client.set(name, Buffer.from(toBytes(value)))
  return name
}

const sizes = [1, 2, 10, 100, 499, 500, 1000, 1400, 1500, 2000, 5000, 20_000, 200_000]

describe('a HyperLogLog and Redis', () => {
  it('has the register of any text and any bytes that Redis has', async () => {
    const elements = fc.oneof(
      fc.string({ unit: 'grapheme' }),
      fc.string({ unit: 'binary', maxLength: 200 }),
      fc.uint8Array({ maxLength: 40 }),
    )
    await fc.assert(
      fc.asyncProperty(fc.array(elements, { minLength: 20, maxLength: 20 }), async (list) => {
        const names = list.map(key)
        const adding = space.client.pipeline()
        for (const [i, element] of list.entries())
          adding.pfadd(names[i] as string, typeof element === 'string' ? element : Buffer.from(element))
        await adding.exec()
        const there = await Promise.all(names.map(bytesAt))
        await space.client.unlink(...names)
        expect(there.map(fromBytes)).toEqual(list.map(sum.prepare))
      }),
      { numRuns: 50 },
    )
  })

  it.each(sizes)('holds the registers that Redis has after %i elements', async (n) => {
    const elements = names(0, n)
    const theirs = await bytesAt(await added(elements))
    const ours = toBytes(total(elements))
    expect(Buffer.compare(toBytes(fromBytes(theirs)), ours)).toBe(0)
    // Redis may say the same in more runs than it needs, and is dense sooner then; the form is ours wherever it is the same.
    expect(ours.length).toBeLessThanOrEqual(theirs.length)
    if (ours.length === theirs.length) expect(Buffer.compare(masked(ours), masked(theirs))).toBe(0)
  })

  it.each([0, ...sizes])('is counted by Redis as here, after %i elements', async (n) => {
    const value = n === 0 ? (sum.empty as NonNullable<typeof sum.empty>) : total(names(0, n))
    expect(await space.client.pfcount(await kept(value))).toBe(present(value))
  })

  it('is counted by Redis as here with any registers, also those that take years of records', async () => {
    const ranks = fc.tuple(
      fc.oneof(fc.constant(0), fc.nat(34)),
      fc.array(fc.tuple(fc.nat(16383), fc.integer({ min: 1, max: 20 }), fc.oneof(fc.integer({ min: 1, max: 32 }), fc.nat(51))), {
        maxLength: 30,
      }),
    )
    const inUse = new Set<number>()
    await fc.assert(
      fc.asyncProperty(ranks, async ([fill, runs]) => {
        const registers = new Uint8Array(16384).fill(fill)
        for (const [from, length, rank] of runs) registers.fill(rank, from, from + length)
        const value = fromBytes(packed(registers))
        const name = await kept(value)
        inUse.add(await space.client.strlen(name))
        expect(await space.client.pfcount(name)).toBe(present(value))
        expect(Buffer.compare(toBytes(fromBytes(await bytesAt(name))), toBytes(value))).toBe(0)
      }),
      { numRuns: 150, seed: 1 },
    )
    // Most are dense, and among the sparse ones are many that have long runs of one rank.
    expect(inUse.has(12304) && inUse.size > 5).toBe(true)
  })

  it('is merged by Redis as here, sparse and dense, with one that Redis has made and into one', async () => {
    for (const [a, b] of [
      [1, 1],
      [5, 700],
      [700, 700],
      [700, 20_000],
      [20_000, 30_000],
    ] as const) {
      const left = names(0, a)
      const right = names(a - 1, a + b)
      const expected = sum.semigroup.concat(total(left), total(right))
      const into = key()
      await space.client.pfmerge(into, await kept(total(left)), await kept(total(right)))
      const ours = await kept(total(left))
      await space.client.pfmerge(ours, await added(right))
      const both = [await kept(total(left)), await added(right)]
      expect(fromBytes(await bytesAt(into))).toEqual(expected)
      expect(fromBytes(await bytesAt(ours))).toEqual(expected)
      for (const name of [into, ours]) expect(await space.client.pfcount(name)).toBe(present(expected))
      expect(await space.client.pfcount(...both)).toBe(present(expected))
    }
  })

  it('is added to by Redis, and read again', async () => {
    for (const n of [1, 1400, 20_000]) {
      const name = await kept(total(names(0, n)))
      // Counting leaves the count in the bytes; adding marks it as out of date again.
      await space.client.pfcount(name)
      expect(fromBytes(await bytesAt(name))).toEqual(total(names(0, n)))
      await space.client.pfadd(name, ...names(n, n + 300))
      expect(fromBytes(await bytesAt(name))).toEqual(total(names(0, n + 300)))
      expect(await space.client.pfcount(name)).toBe(present(total(names(0, n + 300))))
    }
  })

  it('of another precision is refused by Redis, whatever its size', async () => {
    for (const p of [4, 13, 15, 18]) {
      const other = hyperLogLog({ p })
      for (const n of [0, 1, 100, 5000]) {
        const value = n === 0 ? other.empty : other.concatMany?.(names(0, n).map(other.prepare))
        await expect(space.client.pfcount(await kept(value as NonNullable<typeof value>)), `${n} at ${p}`).rejects.toThrow(
          /HyperLogLog|HLL/,
        )
      }
    }
  })
})

/** A dense HyperLogLog, bit by bit. */
function packed(registers: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(12304)
  bytes.set(Buffer.from('HYLL'))
  for (let bit = 0; bit < 6 * 16384; bit++) {
    const set = ((registers[Math.floor(bit / 6)] as number) >> (bit % 6)) & 1
    const at = 16 + (bit >> 3)
    bytes[at] = (bytes[at] as number) | (set << (bit & 7))
  }
  return bytes
}

/** Without the cached count. */
function masked(bytes: Uint8Array): Uint8Array {
  return bytes.slice().fill(0, 8, 16)
}
