import { execFileSync } from 'node:child_process'
import {
  appendFileSync,
  copyFileSync,
  existsSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs'
import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { none } from 'fp-ts/lib/Option.js'
import { describe, expect, it } from 'vitest'
import { files } from '../../../connectors/files/index.ts'
import { lines } from '../../../connectors/files/lines.ts'
import { OpenFiles } from '../../../connectors/files/open-files.ts'
import { globbed } from '../../../connectors/files/pattern.ts'
import { sourceReaderLaws } from '../../../testing/index.ts'
import { ownFolder } from './folder.ts'
import { answered, limits, nothingTaken, readOnce, readSome, type Taken, take } from './taken.ts'

const opened = (options: Parameters<typeof files>[0], { position }: Taken = nothingTaken()) =>
  files({ follow: true, poll: 20, ...options }).open({ position, batch: limits() })

describe('a file that is followed', () => {
  it('is read as it grows, and a line only once it has ended', async () => {
    using folder = ownFolder()
    const path = folder.in('a.log')
    writeFileSync(path, 'one\ntw')
    const taken = nothingTaken()
    const source = await opened({ glob: folder.in('*.log') }, taken)
    await readSome(source, taken, 1)
    // Who has read this has looked at the other as well.
    writeFileSync(folder.in('b.log'), 'beside\n')
    await readSome(source, taken, 1)
    appendFileSync(path, 'o\nthree\n')
    await readSome(source, taken, 2)
    expect(taken.records).toEqual(['one', 'beside', 'two', 'three'])
    await source.close()
  })

  it('need not be there yet', async () => {
    using folder = ownFolder()
    const told: string[] = []
    const source = await opened({ path: folder.in('a.log'), notice: (text) => told.push(text) })
    const coming = source.next()
    writeFileSync(folder.in('a.log'), 'one\n')
    expect((await coming)?.records).toEqual(['one'])
    expect(told).toEqual([expect.stringContaining('a.log is not there yet; it is waited for')])
    await source.close()
  })

  it('is looked at without hints too', async () => {
    using folder = ownFolder()
    using other = ownFolder()
    writeFileSync(other.in('a.log'), '')
    // Nothing changes in the folder that is watched.
    symlinkSync(other.in('a.log'), folder.in('a.log'))
    const source = await opened({ path: folder.in('a.log') })
    const coming = source.next()
    appendFileSync(other.in('a.log'), 'one\n')
    expect((await coming)?.records).toEqual(['one'])
    await source.close()
  })

  it('costs next to nothing while nothing comes, and ends at once when it is closed', async () => {
    using folder = ownFolder()
    writeFileSync(folder.in('a.log'), 'unfinished')
    const source = await opened({ path: folder.in('a.log'), poll: 3_600_000 })
    const coming = source.next()
    const [work, loop] = [process.cpuUsage(), performance.eventLoopUtilization()]
    const idle = () => performance.eventLoopUtilization(loop).idle
    // Who is busy takes its time from the processor, however long that takes on a machine that is busy itself.
    await expect.poll(idle, { timeout: 30_000 }).toBeGreaterThan(300)
    const { user, system } = process.cpuUsage(work)
    expect((user + system) / 1000).toBeLessThan(idle() / 2)
    await source.close()
    expect(await coming).toBeUndefined()
  })

  it('waits for more if it is told to linger', async () => {
    using folder = ownFolder()
    writeFileSync(folder.in('a.log'), 'one\n')
    const reader = files({ path: folder.in('a.log'), follow: true, poll: 10 })
    const source = await reader.open({ position: none, batch: limits({ records: 2, linger: 3_600_000 }) })
    const coming = source.next()
    // One that does not linger has it by now.
    await readOnce(reader, nothingTaken(), 1)
    appendFileSync(folder.in('a.log'), 'two\n')
    expect((await coming)?.records).toEqual(['one', 'two'])
    await source.close()
  })
})

describe('a log that is rotated', () => {
  it('by renaming is read to its end before the new one, also while nobody reads', async () => {
    using folder = ownFolder()
    const path = folder.in('a.log')
    for (const isOpen of [true, false]) {
      rmSync(folder.in('a.log.1'), { force: true })
      writeFileSync(path, 'one\ntwo\n')
      const taken = nothingTaken()
      const first = await opened({ path }, taken)
      take(taken, (await first.next()) ?? { records: [], position: none })
      if (!isOpen) await first.close()
      appendFileSync(path, 'three\n')
      renameSync(path, folder.in('a.log.1'))
      writeFileSync(path, 'five\n')
      appendFileSync(folder.in('a.log.1'), 'four\n')
      const source = isOpen ? first : await opened({ path }, taken)
      await readSome(source, taken, 3)
      expect(taken.records).toEqual(['one', 'two', 'three', 'four', 'five'])
      await source.close()
    }
  })

  it('and removed is read to its end if it was open', async () => {
    using folder = ownFolder()
    const path = folder.in('a.log')
    writeFileSync(path, 'one\n')
    const taken = nothingTaken()
    const source = await opened({ path }, taken)
    await readSome(source, taken, 1)
    appendFileSync(path, 'two\n')
    unlinkSync(path)
    writeFileSync(path, 'three\n')
    await readSome(source, taken, 2)
    expect(taken.records).toEqual(['one', 'two', 'three'])
    await source.close()
  })

  it('and compressed is not read again, and what was left of it is', async () => {
    for (const glob of ['a.log*', 'a.log']) {
      using folder = ownFolder()
      writeFileSync(folder.in('a.log'), Array.from({ length: 100 }, (_, i) => `${i}\n`).join(''))
      const reader = files({ glob: folder.in(glob), follow: true, poll: 20, order: 'oldest' })
      const taken = nothingTaken()
      await readOnce(reader, taken, 60, { records: 60 })
      renameSync(folder.in('a.log'), folder.in('a.log.1'))
      execFileSync('gzip', [folder.in('a.log.1')])
      writeFileSync(folder.in('a.log'), '100\n')
      await readOnce(reader, taken, 41)
      expect(taken.records).toEqual(Array.from({ length: 101 }, (_, i) => String(i)))
      renameSync(folder.in('a.log.1.gz'), folder.in('a.log.2.gz'))
      renameSync(folder.in('a.log'), folder.in('a.log.1'))
      writeFileSync(folder.in('a.log'), '101\n')
      await readOnce(reader, taken, 1)
      expect(taken.records.slice(100)).toEqual(['100', '101'])
    }
  })

  it('and compressed, or copied, is not read again, though it is looked at before a byte of the copy is written', async () => {
    for (const copy of ['a.log.1.gz', 'a.log.1-copy']) {
      using folder = ownFolder()
      const text = 'one\ntwo\n'
      writeFileSync(folder.in('a.log'), text)
      const taken = nothingTaken()
      const source = await opened({ glob: folder.in('a.log*') }, taken)
      await readSome(source, taken, 2)
      renameSync(folder.in('a.log'), folder.in('a.log.1'))
      writeFileSync(folder.in(copy), '')
      for (const line of ['three\n', 'four\n', 'five\n']) {
        appendFileSync(folder.in('a.log'), line)
        await readSome(source, taken, 1)
        if (line === 'three\n') writeFileSync(folder.in(copy), copy.endsWith('gz') ? gzipSync(text) : text)
        if (line === 'four\n' && copy.endsWith('gz')) unlinkSync(folder.in('a.log.1'))
      }
      await source.close()
      expect(taken.records, copy).toEqual(['one', 'two', 'three', 'four', 'five'])
    }
  })

  it('and compressed while it is open is not read again, and what was left of it is', async () => {
    using folder = ownFolder()
    writeFileSync(folder.in('a.log'), 'one\ntwo\n')
    const taken = nothingTaken()
    const source = await opened({ glob: folder.in('a.log*') }, taken)
    await readSome(source, taken, 2)
    appendFileSync(folder.in('a.log'), 'three\n')
    // Nobody looks in between.
    writeFileSync(folder.in('a.log.1.gz'), gzipSync(readFileSync(folder.in('a.log'))))
    unlinkSync(folder.in('a.log'))
    for (const line of ['four\n', 'five\n']) {
      appendFileSync(folder.in('a.log'), line)
      await readSome(source, taken, line === 'four\n' ? 2 : 1)
    }
    await source.close()
    expect(taken.records).toEqual(['one', 'two', 'three', 'four', 'five'])
  })

  it('and compressed while the folder is listed is not read again', async () => {
    using folder = ownFolder()
    writeFileSync(folder.in('a.log'), 'one\n')
    writeFileSync(folder.in('a.log.1.gz'), gzipSync('zero\n'))
    const pattern = globbed(folder.in('a.log*'))
    let between = () => {}
    /** Names are known by then, and what bears them is not. */
    const matches = (name: string) => {
      between()
      return pattern.matches(name)
    }
    const framing = lines({ skipBlank: false, longest: 1 << 20 })
    const source = await OpenFiles.open(
      {
        pattern: { ...pattern, matches },
        format: { framing: () => framing, longest: 1 << 20, compression: 'auto' },
        follow: true,
        order: 'name',
        poll: 5,
        notice: () => {},
      },
      { position: none, batch: limits() },
    )
    const taken = nothingTaken()
    await readSome(source, taken, 2)
    between = () => {
      between = () => {}
      renameSync(folder.in('a.log.1.gz'), folder.in('a.log.2.gz'))
      renameSync(folder.in('a.log'), folder.in('a.log.1'))
      writeFileSync(folder.in('a.log.1.gz'), gzipSync('one\n'))
    }
    const coming = source.next()
    await expect.poll(() => existsSync(folder.in('a.log.1'))).toBe(true)
    unlinkSync(folder.in('a.log.1'))
    writeFileSync(folder.in('a.log'), 'two\n')
    take(taken, (await coming) ?? { records: [], position: none })
    appendFileSync(folder.in('a.log'), 'three\n')
    await readSome(source, taken, 1)
    await source.close()
    expect(taken.records).toEqual(['one', 'zero', 'two', 'three'])
  })

  it('and compressed before it was read is not said to be lost', async () => {
    using folder = ownFolder()
    writeFileSync(folder.in('a.log'), 'one\n')
    const told: string[] = []
    const taken = nothingTaken()
    const source = await opened({ glob: folder.in('a.log*'), notice: (text) => told.push(text) }, taken)
    writeFileSync(folder.in('a.log.gz'), gzipSync('one\n'))
    unlinkSync(folder.in('a.log'))
    await readSome(source, taken, 1)
    await source.close()
    expect({ records: taken.records, told }).toEqual({ records: ['one'], told: [] })
  })

  it('by copying and truncating gives nothing twice, and what is in the copy is not lost', async () => {
    for (const glob of ['a.log*', 'a.log']) {
      using folder = ownFolder()
      writeFileSync(folder.in('a.log'), 'one\ntwo\n')
      const told: string[] = []
      const reader = files({ glob: folder.in(glob), follow: true, poll: 20, notice: (text) => told.push(text) })
      const taken = nothingTaken()
      await readOnce(reader, taken, 2)
      appendFileSync(folder.in('a.log'), 'three\n')
      copyFileSync(folder.in('a.log'), folder.in('a.log.1'))
      truncateSync(folder.in('a.log'), 0)
      appendFileSync(folder.in('a.log'), 'four, which is longer than all that was there before\n')
      await readOnce(reader, taken, 2)
      expect(taken.records).toEqual(['one', 'two', 'three', 'four, which is longer than all that was there before'])
      expect(told).toEqual([expect.stringMatching(/a\.log was cut short; the reading goes on in .*a\.log\.1/)])
    }
  })

  it('and copied only: the copy is left alone as long as it may be cut short', async () => {
    using folder = ownFolder()
    writeFileSync(folder.in('a.log'), 'one\ntwo\n')
    copyFileSync(folder.in('a.log'), folder.in('a.log.1'))
    const taken = nothingTaken()
    const source = await opened({ glob: folder.in('a.log*') }, taken)
    await readSome(source, taken, 2)
    // Who has read this has looked at the copy as well.
    writeFileSync(folder.in('a.log.2'), 'beside\n')
    await readSome(source, taken, 1)
    expect(taken.records).toEqual(['one', 'two', 'beside'])
    await source.close()
  })

  it('and truncated without a copy is begun anew, and what was lost is said', async () => {
    using folder = ownFolder()
    const path = folder.in('a.log')
    writeFileSync(path, 'one\nunfinish')
    const told: string[] = []
    const taken = nothingTaken()
    const source = await opened({ path, notice: (text) => told.push(text) }, taken)
    await readSome(source, taken, 1)
    await source.close()
    const again = await opened({ path, notice: (text) => told.push(text) }, taken)
    truncateSync(path, 0)
    appendFileSync(path, 'two\n')
    await readSome(again, taken, 1)
    expect(taken.records).toEqual(['one', 'two'])
    expect(told).toEqual([
      expect.stringMatching(
        /was cut short, or replaced, and is read from its beginning; at least 8 bytes behind byte 4, which nobody had read, are lost/,
      ),
    ])
    await again.close()
  })
})

describe('a log that is cut short in the middle of reading it', () => {
  it('and has grown beyond that place again is begun anew, and no line is torn', async () => {
    using folder = ownFolder()
    const path = folder.in('a.log')
    const old = Array.from({ length: 40_000 }, (_, i) => `old ${i} ${'x'.repeat(i % 50)}`)
    const fresh = Array.from({ length: 60_000 }, (_, i) => `new ${i} ${'y'.repeat(i % 47)}`)
    writeFileSync(path, `${old.join('\n')}\n`)
    const told: string[] = []
    const taken = nothingTaken()
    const source = await opened({ path, notice: (text) => told.push(text) }, taken)
    await readSome(source, taken, 5000)
    writeFileSync(path, `${fresh.join('\n')}\n`)
    while (taken.records.at(-1) !== fresh.at(-1)) await readSome(source, taken, 1)
    const begun = taken.records.indexOf('new 0 ')
    expect(taken.records.slice(begun)).toEqual(fresh)
    expect(taken.records.slice(0, begun)).toEqual(old.slice(0, begun))
    expect(told).toEqual([expect.stringMatching(/at least \d+ bytes behind byte \d+, which nobody had read, are lost/)])
    await source.close()
  })
})

describe('many files that are followed', () => {
  it('are read as they come, and go, and none has to wait for one that is busy', async () => {
    using folder = ownFolder()
    writeFileSync(folder.in('1.log'), '1\n')
    const taken = nothingTaken()
    const source = await opened({ glob: folder.in('*.log') }, taken)
    await readSome(source, taken, 1)
    appendFileSync(folder.in('1.log'), '1\n'.repeat(5))
    writeFileSync(folder.in('2.log'), '2\n')
    await readSome(source, taken, 6)
    unlinkSync(folder.in('1.log'))
    writeFileSync(folder.in('3.log'), '3\n')
    await readSome(source, taken, 1)
    appendFileSync(folder.in('2.log'), '2\n')
    await readSome(source, taken, 1)
    expect(taken.records).toEqual(['1', '1', '1', '1', '1', '1', '2', '3', '2'])
    await source.close()
  })
})

describe('a folder that files are dropped into', () => {
  it('has each of them read, also if one has what another had, and its inode', async () => {
    using folder = ownFolder()
    const reader = files({ glob: folder.in('*.csv'), follow: true, poll: 5 })
    const taken = nothingTaken()
    const source = await reader.open({ position: none, batch: limits() })
    for (let i = 0; i < 5; i += 1) {
      writeFileSync(folder.in(`${i}.csv`), 'the same\n')
      await readSome(source, taken, 1)
      unlinkSync(folder.in(`${i}.csv`))
    }
    await source.close()
    writeFileSync(folder.in('5.csv'), 'the same\n')
    await readOnce(reader, taken, 1)
    expect(taken.records).toEqual(Array.from({ length: 6 }, () => 'the same'))
  })

  it('may have a compressed one that is still being written', async () => {
    using folder = ownFolder()
    const all = Array.from({ length: 20_000 }, (_, i) => `${i} ${Math.sin(i)}`)
    const whole = gzipSync(`${all.join('\n')}\n`)
    const taken = nothingTaken()
    const source = await opened({ glob: folder.in('*.gz') }, taken)
    writeFileSync(folder.in('a.gz'), whole.subarray(0, whole.length >> 1))
    while (taken.records.length <= 5000) await readSome(source, taken, 1)
    // All that can be read of it: then the reader has nothing at work.
    let coming = source.next()
    for (let next = await answered(coming); next !== 'waits'; next = await answered(coming)) {
      take(taken, next)
      coming = source.next()
    }
    appendFileSync(folder.in('a.gz'), whole.subarray(whole.length >> 1))
    take(taken, (await coming) ?? { records: [], position: none })
    await readSome(source, taken, 20_000 - taken.records.length)
    // Nothing of it comes again.
    writeFileSync(folder.in('b.gz'), gzipSync('beside\n'))
    await readSome(source, taken, 1)
    expect(taken.records).toEqual([...all, 'beside'])
    await source.close()
  })
})

type Event = 'append' | 'part' | 'rename' | 'compress' | 'copy' | 'read' | 'die'

describe('whatever happens to a log', () => {
  it('each line is read once, in order', async () => {
    const events = fc.array(
      fc.oneof(
        { weight: 4, arbitrary: fc.constant<Event>('append') },
        { weight: 4, arbitrary: fc.constant<Event>('read') },
        { weight: 2, arbitrary: fc.constantFrom<Event>('part', 'rename', 'compress', 'copy', 'die') },
      ),
      { maxLength: 25 },
    )
    await fc.assert(
      fc.asyncProperty(events, fc.integer({ min: 1, max: 5 }), fc.constantFrom('a.log*', 'a.log'), async (all, records, glob) => {
        using folder = ownFolder()
        const path = folder.in('a.log')
        const reader = files({ glob: folder.in(glob), follow: true, poll: 5, order: 'oldest' })
        const taken = nothingTaken()
        const open = () => reader.open({ position: taken.position, batch: limits({ records }) })
        writeFileSync(path, '')
        let source = await open()
        let written = 0
        let begun = 0
        let rest = ''
        // Numbers of their own length, so that no two files begin alike.
        const line = () => `line ${written++ * 7919}\n`
        for (const event of all) {
          if (event === 'append' || rest !== '') {
            appendFileSync(path, `${rest}${line()}${line()}`)
            rest = ''
          }
          if (event === 'part') {
            const whole = line()
            appendFileSync(path, whole.slice(0, 3))
            rest = whole.slice(3)
          }
          if (event === 'read' && taken.records.length < written - (rest === '' ? 0 : 1)) await readSome(source, taken, 1)
          if (event === 'die') {
            await source.close()
            source = await open()
          }
          // All that was rotated before is one further; two rotations between two looks are more than is promised.
          if (['rename', 'compress', 'copy'].includes(event) && readFileSync(path).length > 0) {
            // Of a file that is not in the position, and is not meant once it is rotated, nobody knows.
            if (glob === 'a.log') await readSome(source, taken, Math.max(0, begun + 1 - taken.records.length))
            for (let i = 9; i > 0; i -= 1) {
              for (const end of ['', '.gz'])
                if (existsSync(`${path}.${i}${end}`)) renameSync(`${path}.${i}${end}`, `${path}.${i + 1}${end}`)
            }
            if (rest !== '') throw new Error('a part is followed by its rest')
            if (event === 'copy') {
              copyFileSync(path, `${path}.1`)
              truncateSync(path, 0)
            } else {
              renameSync(path, `${path}.1`)
              if (event === 'compress') execFileSync('gzip', [`${path}.1`])
              writeFileSync(path, '')
            }
            await readSome(source, taken, written - taken.records.length)
            begun = written
          }
        }
        appendFileSync(path, `${rest}${line()}`)
        await readSome(source, taken, written - taken.records.length)
        await source.close()
        expect(taken.records).toEqual(Array.from({ length: written }, (_, i) => `line ${i * 7919}`))
      }),
      { numRuns: 40 },
    )
  })
})

describe('as a reader of a source', () => {
  let folder: ReturnType<typeof ownFolder>
  const open = () => {
    folder = ownFolder()
    writeFileSync(folder.in('a.log'), '')
    return {
      reader: files({ path: folder.in('a.log'), follow: true, poll: 5 }),
      feed: async (records: readonly string[]) => appendFileSync(folder.in('a.log'), records.map((record) => `${record}\n`).join('')),
    }
  }
  it.each(sourceReaderLaws({ name: 'files', open, close: () => folder[Symbol.dispose](), runs: 30 }))('$name', ({ check }) => check())
})
