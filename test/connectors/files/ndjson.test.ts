import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, unlinkSync, writeFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Door, disk } from '../../../connectors/files/door.ts'
import { ndjsonFiles } from '../../../connectors/files/index.ts'
import { sinkLaws } from '../../../testing/index.ts'
import { ownFolder } from './folder.ts'

const token = (sequence: number, id = String(sequence)) => ({ job: 'shop', sink: 'orders', sequence, id })
const filesIn = (folder: string) =>
  readdirSync(folder)
    .filter((name) => name.endsWith('.ndjson'))
    .sort()

/** What readers see; each file is whole. */
function seen(folder: string): readonly unknown[] {
  return filesIn(folder).flatMap((name) => {
    const text = readFileSync(`${folder}/${name}`, 'utf8')
    expect(text.endsWith('\n')).toBe(true)
    return text
      .slice(0, -1)
      .split('\n')
      .map((line) => JSON.parse(line) as unknown)
  })
}

const asRoot = (program: string, ...args: readonly string[]) => execFileSync(program, args, { stdio: 'ignore' })

class Died extends Error {}

/** A disk as a process sees it that dies before, in the middle of, or behind a certain step. */
function dying(step: number, how: 'before' | 'within' | 'behind'): Door {
  let count = 0
  const guarded =
    <A extends unknown[], R>(act: (...args: A) => Promise<R>, half?: (...args: A) => Promise<unknown>) =>
    async (...args: A): Promise<R> => {
      count += 1
      if (count > step || (count === step && how === 'before')) throw new Died()
      if (count < step) return act(...args)
      await (how === 'within' ? half : act)?.(...args)
      throw new Died()
    }
  return {
    names: guarded(disk.names),
    read: guarded(disk.read),
    size: guarded(disk.size),
    write: guarded(disk.write, (path, parts) => disk.write(path, [String(parts[0] ?? '').slice(0, 3)])),
    rename: guarded(disk.rename),
    makeFolder: guarded(disk.makeFolder),
    remove: guarded(disk.remove),
    sync: guarded(disk.sync),
  }
}

describe('a sink of files', () => {
  it('has each batch once and whole, wherever processes die and whoever takes files away', async () => {
    const life = fc.record({
      step: fc.integer({ min: 1, max: 60 }),
      how: fc.constantFrom('before' as const, 'within' as const, 'behind' as const),
    })
    const lives = fc.array(life, { maxLength: 8 })
    let deaths = 0
    await fc.assert(
      fc.asyncProperty(
        lives,
        fc.integer({ min: 1, max: 8 }),
        fc.boolean(),
        fc.constantFrom(1, 30, 1 << 20),
        async (lives, count, takesAway, bytes) => {
          using folder = ownFolder()
          const taken: unknown[] = []
          const accepted = new Set<number>()
          const readers = () => {
            const all = seen(folder.path)
            if (!takesAway) return
            taken.push(...all)
            for (const name of filesIn(folder.path)) unlinkSync(folder.in(name))
          }
          for (const { step, how } of [...lives, { step: Number.POSITIVE_INFINITY, how: 'before' as const }]) {
            const sink = ndjsonFiles({ folder: folder.path, roll: { bytes }, door: dying(step, how) })
            try {
              // All of them, again and again: most are there already.
              for (let i = 0; i < count; i += 1) {
                await sink.write([`${i} a`, `${i} b`], token(i))
                accepted.add(i)
                readers()
              }
              await sink.flush()
            } catch {
              deaths += 1
            }
            readers()
          }
          const expected = Array.from({ length: count }, (_, i) => [`${i} a`, `${i} b`]).flat()
          expect([...taken, ...seen(folder.path)].sort()).toEqual(expected.sort())
          expect(accepted.size).toBe(count)
        },
      ),
      { numRuns: 60 },
    )
    expect(deaths).toBeGreaterThan(20)
  })

  it('has each batch once if several processes write the same at the same time', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 2, max: 4 }), fc.integer({ min: 1, max: 6 }), async (writers, count) => {
        using folder = ownFolder()
        const sinks = Array.from({ length: writers }, () => ndjsonFiles<number>({ folder: folder.path, roll: { bytes: 12 } }))
        await Promise.all(
          sinks.map(async (sink) => {
            for (let i = 0; i < count; i += 1) await sink.write([i, i], token(i))
            await sink.flush()
          }),
        )
        expect([...seen(folder.path)].sort()).toEqual(Array.from({ length: count }, (_, i) => [i, i]).flat())
      }),
      { numRuns: 25 },
    )
  })

  it('makes a file after so many bytes', async () => {
    using folder = ownFolder()
    const sink = ndjsonFiles<string>({ folder: folder.path, prefix: 'orders', roll: { bytes: 20 } })
    await sink.write(['x'.repeat(10)], token(1))
    expect(filesIn(folder.path)).toEqual([])
    await sink.write(['y'.repeat(10)], token(2))
    expect(filesIn(folder.path)).toEqual(['orders-0000000001.ndjson'])
    await sink.write(['z'], token(3))
    expect(seen(folder.path)).toEqual(['x'.repeat(10), 'y'.repeat(10)])
  })

  it('makes a file after so long', async () => {
    using folder = ownFolder()
    const sink = ndjsonFiles<string>({ folder: folder.path, roll: { milliseconds: 50 } })
    await sink.write(['x'], token(1))
    await expect.poll(() => seen(folder.path)).toEqual(['x'])
    await sink.write(['y'], token(2))
    await expect.poll(() => seen(folder.path)).toEqual(['x', 'y'])
    // What the timer has left in the middle of it is over before the folder goes.
    await sink.flush()
  })

  it('goes on with what another has left, and knows its batches', async () => {
    using folder = ownFolder()
    await ndjsonFiles<string>({ folder: folder.path }).write(['one'], token(1))
    expect(filesIn(folder.path)).toEqual([])
    const sink = ndjsonFiles<string>({ folder: folder.path })
    await sink.write(['one'], token(1))
    await sink.flush()
    for (const name of filesIn(folder.path)) unlinkSync(folder.in(name))
    await sink.write(['one'], token(1))
    await ndjsonFiles<string>({ folder: folder.path }).write(['one'], token(1))
    await sink.flush()
    expect(seen(folder.path)).toEqual([])
  })

  it('says which folder it is where it cannot write, and has nothing half written', async () => {
    using folder = ownFolder()
    writeFileSync(folder.in('file'), '')
    const sink = ndjsonFiles<string>({ folder: folder.in('file/inside') })
    await expect(sink.write(['one'], token(1))).rejects.toMatchObject({
      code: 'sink',
      message: expect.stringMatching(/cannot write to .*file\/inside: ENOTDIR.*Mend the path/),
    })
    const full = Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' })
    const noRoom = ndjsonFiles<string>({ folder: folder.in('full'), door: { ...disk, write: () => Promise.reject(full) } })
    await expect(noRoom.write(['one'], token(1))).rejects.toThrow(/cannot write to .*full: ENOSPC.*Make room on the disk/)
    const again = ndjsonFiles<string>({ folder: folder.in('full') })
    await again.write(['one'], token(1))
    await again.flush()
    expect(seen(folder.in('full'))).toEqual(['one'])
  })

  it('has nothing half written on a disk that is full', async ({ skip }) => {
    using folder = ownFolder()
    mkdirSync(folder.in('small'))
    try {
      asRoot('mount', '-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', folder.in('small'))
    } catch {
      skip('a small disk can be mounted by root only')
    }
    try {
      const told: string[] = []
      const sink = ndjsonFiles<string>({ folder: folder.in('small/out'), roll: { bytes: 1 }, notice: (text) => told.push(text) })
      let accepted = 0
      const filled = (async () => {
        for (; ; accepted += 1) await sink.write(['x'.repeat(6000)], token(accepted))
      })()
      await expect(filled).rejects.toMatchObject({ code: 'sink', message: expect.stringMatching(/small\/out: ENOSPC.*Make room/) })
      const before = seen(folder.in('small/out')).length
      expect(before).toBeGreaterThan(0)
      for (const name of filesIn(folder.in('small/out'))) unlinkSync(folder.in(`small/out/${name}`))
      await sink.write(['x'.repeat(6000)], token(accepted))
      await sink.flush()
      expect(before + seen(folder.in('small/out')).length).toBe(accepted + 1)
    } finally {
      asRoot('umount', folder.in('small'))
    }
  })

  it('keeps of what is done only the tokens', async () => {
    using folder = ownFolder()
    const sink = ndjsonFiles<string>({ folder: folder.path })
    for (let i = 0; i < 5; i += 1) await sink.write(['x'.repeat(10_000)], token(i))
    await sink.flush()
    const done = folder.in('.part/0000000001/done')
    expect(existsSync(done) && readdirSync(done)).toEqual(['.tokens'])
    expect(statSync(`${done}/.tokens`).size).toBeLessThan(5 * 60)
  })

  it.each([
    [{}, /folder/],
    [{ folder: 'a', prefix: '../b' }, /prefix.*letters/],
    [{ folder: 'a', roll: { bytes: 0 } }, /roll\.bytes/],
    [{ folder: 'a', roll: { milliseconds: 2 ** 31 } }, /roll\.milliseconds/],
    [{ folder: 'a', sync: true }, /no such option/],
  ])('refuses options that make no sense: %j', (options, message) => {
    expect(() => ndjsonFiles(options as never)).toThrow(
      expect.objectContaining({ code: 'invalid-option', message: expect.stringMatching(message) }),
    )
  })

  it('refuses what is no line', async () => {
    using folder = ownFolder()
    const sink = ndjsonFiles<string>({ folder: folder.path, encode: (text) => text })
    await expect(sink.write(['a\nb'], token(1))).rejects.toThrow(/no line of JSON/)
    await expect(ndjsonFiles({ folder: folder.path }).write([undefined], token(2))).rejects.toThrow(/no line of JSON/)
  })
})

describe('as a sink', () => {
  let folder: ReturnType<typeof ownFolder>
  const open = () => {
    folder = ownFolder()
    const sink = ndjsonFiles<string>({ folder: folder.path })
    const written = async () => {
      await sink.flush()
      return seen(folder.path) as readonly string[]
    }
    return { sink, written }
  }
  it.each(sinkLaws({ name: 'ndjsonFiles', open, close: () => folder[Symbol.dispose](), items: ['a', 'b', 'c\nd', '"'], runs: 20 }))(
    '$name',
    ({ check }) => check(),
  )
})
