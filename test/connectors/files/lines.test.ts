import { execFileSync } from 'node:child_process'
import { appendFileSync, mkdirSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { some } from 'fp-ts/lib/Option.js'
import { describe, expect, it } from 'vitest'
import { files } from '../../../connectors/files/index.ts'
import type { SourceBatch } from '../../../core/contract/source-reader.ts'
import { ownFolder } from './folder.ts'
import { limits, nothingTaken, positionOf, readAll, readOnce } from './taken.ts'

const lineOf = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 30 }).map((text) => text.replaceAll('\n', '')),
  fc.constantFrom('', '\r', ' ', 'x'.repeat(2000), '\ufeff', 'é'.repeat(700)),
)
const textOf = (lines: readonly string[], isEnded: boolean) => lines.join('\n') + (isEnded && lines.length > 0 ? '\n' : '')
const expected = (lines: readonly string[], isEnded: boolean) => (!isEnded && lines.at(-1) === '' ? lines.slice(0, -1) : lines)

describe('the lines of files', () => {
  it('are records, once and in order, however batches are cut and wherever it dies', async () => {
    const contents = fc.record({ lines: fc.array(lineOf, { maxLength: 40 }), isEnded: fc.boolean(), isCompressed: fc.boolean() })
    const all = fc.array(contents, { minLength: 1, maxLength: 4 })
    await fc.assert(
      fc.asyncProperty(
        all,
        fc.integer({ min: 1, max: 9 }),
        fc.integer({ min: 1, max: 3000 }),
        fc.integer({ min: 1, max: 20 }),
        async (all, records, length, life) => {
          using folder = ownFolder()
          for (const [i, { lines, isEnded, isCompressed }] of all.entries()) {
            const text = textOf(lines, isEnded)
            writeFileSync(folder.in(`${i}.log`), isCompressed ? gzipSync(text) : text)
          }
          const reader = files({ glob: folder.in('*.log') })
          const taken = nothingTaken()
          for (let had = -1; had < taken.records.length; ) {
            had = taken.records.length
            await readOnce(reader, taken, life, { records, length })
          }
          expect(taken.records).toEqual(all.flatMap(({ lines, isEnded }) => expected(lines, isEnded)))
          expect(taken.refused).toEqual([])
        },
      ),
      { numRuns: 60 },
    )
  })

  it('come in batches that keep to both limits', async () => {
    using folder = ownFolder()
    writeFileSync(folder.in('a'), Array.from({ length: 50 }, (_, i) => 'x'.repeat(i)).join('\n'))
    const source = await files({ path: folder.in('a') }).open({
      position: nothingTaken().position,
      batch: limits({ records: 7, length: 100 }),
    })
    let count = 0
    for (let batch = await source.next(); batch !== undefined; batch = await source.next()) {
      const length = batch.records.reduce((sum, { length }) => sum + length, 0)
      expect(batch.records.length === 1 || (batch.records.length <= 7 && length <= 100)).toBe(true)
      count += batch.records.length
    }
    await source.close()
    expect(count).toBe(50)
  })

  it('are the same as lines and as records, as long as their batch is not acknowledged', async () => {
    const lineOf = fc.oneof(fc.string({ unit: 'grapheme' }), fc.constantFrom('', ' ', 'é'.repeat(300), '\ufeff', '{"a":1}'))
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          lineOf.map((line) => line.replaceAll('\n', '')),
          { minLength: 1, maxLength: 60 },
        ),
        fc.integer({ min: 1, max: 9 }),
        fc.constantFrom<'lines' | 'ndjson'>('lines', 'ndjson'),
        fc.infiniteStream(fc.boolean()),
        async (lines, records, format, asked) => {
          using folder = ownFolder()
          writeFileSync(folder.in('a'), `${lines.join('\n')}\n`)
          const source = await files({ path: folder.in('a'), format }).open({
            position: nothingTaken().position,
            batch: limits({ records }),
          })
          // Where blank lines are no records, a byte order mark before the first is none either.
          const isRecord = (line: string) => !(line === '' || (line.charCodeAt(0) <= 32 && line.trim() === ''))
          const left = format === 'lines' ? lines : [(lines[0] as string).replace(/^\ufeff/, ''), ...lines.slice(1)].filter(isRecord)
          let read = 0
          let before: SourceBatch | undefined
          for (let batch = await source.next(); batch !== undefined; batch = await source.next()) {
            // What the one before it was made in may be used for the next one, and not for this.
            if (before !== undefined) await source.acknowledge(before)
            const text = batch.lines === undefined ? batch.records.join('\n') : Buffer.from(batch.lines.bytes.subarray(1)).toString()
            const count = batch.lines?.count ?? batch.records.length
            expect(text).toBe(left.slice(read, read + count).join('\n'))
            expect(batch.lines?.length ?? text.length).toBe(text.length)
            const ask = asked.next().value
            if (ask) expect(batch.records).toEqual(left.slice(read, read + count))
            read += count
            before = batch
          }
          await source.close()
          expect(read).toBe(left.length)
        },
      ),
      { numRuns: 60 },
    )
  })

  it('are gone when their batch is acknowledged, and it says so', async () => {
    using folder = ownFolder()
    writeFileSync(folder.in('a'), 'a\nb\n')
    const source = await files({ path: folder.in('a') }).open({ position: nothingTaken().position, batch: limits({ records: 1 }) })
    const [first, second] = [await source.next(), await source.next()] as [SourceBatch, SourceBatch]
    expect(first.records).toEqual(['a'])
    for (const batch of [first, second]) await source.acknowledge(batch)
    await source.close()
    expect(first.records).toEqual(['a'])
    expect(() => second.records).toThrow(expect.objectContaining({ code: 'closed', message: expect.stringContaining('acknowledged') }))
  })

  it('that are not UTF-8 are refused, and the others are read', async () => {
    using folder = ownFolder()
    writeFileSync(
      folder.in('a'),
      Buffer.concat([Buffer.from('good\n'), Buffer.from([0x62, 0xff, 0x0a]), Buffer.from('é\n'), Buffer.from([0xc3])]),
    )
    const { records, refused } = await readAll(files({ path: folder.in('a') }), nothingTaken(), { records: 2 })
    expect(records).toEqual(['good', 'é'])
    expect(refused).toEqual([
      { record: 'b\ufffd', error: expect.stringContaining('not UTF-8') },
      { record: '\ufffd', error: expect.stringContaining('not UTF-8') },
    ])
  })

  it('that are too long are refused and not held, and the reading goes on behind them', async () => {
    using folder = ownFolder()
    const long = 'y'.repeat(3_000_000)
    writeFileSync(folder.in('a'), ['before', long, 'between', long, 'z'.repeat(1001), 'after', long].join('\n'))
    for (const records of [1, 5000]) {
      const { records: read, refused } = await readAll(files({ path: folder.in('a'), longest: 1000 }), nothingTaken(), { records })
      expect(read).toEqual(['before', 'between', 'after'])
      expect(refused.map(({ record, error }) => [record.slice(0, 2), record.length <= 1000, error.slice(0, 22)])).toEqual([
        ['yy', true, 'longer than 1000 bytes'],
        ['yy', true, 'longer than 1000 bytes'],
        ['zz', true, 'longer than 1000 bytes'],
        ['yy', true, 'longer than 1000 bytes'],
      ])
    }
  })

  it('of NDJSON are those that are not blank, without the mark before the first', async () => {
    using folder = ownFolder()
    writeFileSync(folder.in('a'), '\ufeff{"a":1}\n\n  \n{"a":2}\r\n\t\n')
    writeFileSync(folder.in('b'), '\n{"a":"\u00e9"}')
    const taken = await readAll(files({ glob: folder.in('*'), format: 'ndjson' }), nothingTaken(), { records: 1 })
    expect(taken.records).toEqual(['{"a":1}', '{"a":2}\r', '{"a":"\u00e9"}'])
  })

  it('of a file that several names lead to are read once', async () => {
    using folder = ownFolder()
    writeFileSync(folder.in('a.log'), 'one\n')
    symlinkSync(folder.in('a.log'), folder.in('b.log'))
    symlinkSync(folder.in('nowhere'), folder.in('c.log'))
    mkdirSync(folder.in('d.log'))
    expect((await readAll(files({ glob: folder.in('*.log') }))).records).toEqual(['one'])
  })

  it('are those of the files that match, and only of those', async () => {
    using folder = ownFolder()
    for (const name of ['a1.log', 'a2.log', 'a10.log', 'b1.log', '.a1.log', 'a1.log.gz', 'a$.log', 'a\n.log'])
      writeFileSync(folder.in(name), `${name.replace('\n', '?')}\n`)
    const read = async (glob: string) => (await readAll(files({ glob: folder.in(glob) }))).records
    expect(await read('a?.log')).toEqual(['a?.log', 'a$.log', 'a1.log', 'a2.log'])
    expect(await read('a*.log')).toEqual(['a?.log', 'a$.log', 'a1.log', 'a10.log', 'a2.log'])
    expect(await read('a$.log')).toEqual(['a$.log'])
    expect(await read('.a*')).toEqual(['.a1.log'])
    expect(await read('none*')).toEqual([])
  })

  it('of thousands of files fit into a position, and one that does not fit is said', async () => {
    using folder = ownFolder()
    for (let i = 0; i < 2200; i += 1) writeFileSync(folder.in(String(i).padStart(4, '0')), `${i}\n`)
    const taken = await readAll(files({ glob: folder.in('*') }), nothingTaken(), { records: 250 })
    expect(taken.records).toEqual(Array.from({ length: 2200 }, (_, i) => String(i)))
    expect(positionOf(taken).length).toBeLessThanOrEqual(65_536)
    writeFileSync(folder.in('2200'), '2200\n')
    expect((await readAll(files({ glob: folder.in('*') }), { ...taken, records: [] })).records).toEqual(['2200'])
    for (let i = 2201; i < 3800; i += 1) writeFileSync(folder.in(String(i)), `${i}\n`)
    await expect(readAll(files({ glob: folder.in('*') }), taken)).rejects.toThrow(/a position cannot remember as many.*Move away/)
  })
})

describe('a compressed file', () => {
  it('may be several in one', async () => {
    using folder = ownFolder()
    writeFileSync(folder.in('a.gz'), Buffer.concat([gzipSync('one\ntw'), gzipSync(''), gzipSync('o\nthree')]))
    expect((await readAll(files({ path: folder.in('a.gz') }))).records).toEqual(['one', 'two', 'three'])
  })

  it('is what the program gzip makes', async () => {
    using folder = ownFolder()
    const lines = Array.from({ length: 100_000 }, (_, i) => `line ${i} ${'x'.repeat(i % 100)}`)
    writeFileSync(folder.in('a'), lines.map((line) => `${line}\n`).join(''))
    execFileSync('gzip', [folder.in('a')])
    const taken = await readOnce(files({ glob: folder.in('a*') }), nothingTaken(), 70_000)
    expect((await readAll(files({ glob: folder.in('a*') }), taken)).records).toEqual(lines)
  })

  it('that is cut short, or damaged, gives what is whole, and then says which it is and how far it was read', async () => {
    using folder = ownFolder()
    const lines = Array.from({ length: 20_000 }, (_, i) => `${i} ${Math.sin(i)}`)
    const whole = gzipSync(lines.join('\n'))
    for (const broken of [whole.subarray(0, whole.length >> 1), Buffer.concat([whole.subarray(0, whole.length - 8), Buffer.alloc(8, 7)])]) {
      writeFileSync(folder.in('a.gz'), broken)
      const taken = nothingTaken()
      await expect(readAll(files({ path: folder.in('a.gz') }), taken)).rejects.toMatchObject({
        code: 'source',
        message: expect.stringMatching(/a\.gz is (cut short|damaged): .*All \d+ bytes, decompressed, up to there were read/),
      })
      expect(taken.records.length).toBeGreaterThan(5000)
      expect(lines.slice(0, taken.records.length)).toEqual(taken.records)
      // Mended, it goes on.
      writeFileSync(folder.in('a.gz'), whole)
      expect((await readAll(files({ path: folder.in('a.gz') }), taken)).records).toEqual(lines)
    }
  })
})

describe('a file that cannot be read', () => {
  it.each([
    [
      'there is no file',
      (folder: { in: (name: string) => string }) => ({ path: folder.in('nothing') }),
      /there is no file .*nothing.*follow: true/,
    ],
    [
      'there is no folder',
      (folder: { in: (name: string) => string }) => ({ path: folder.in('no/file') }),
      /there is no folder .*no: ENOENT.*Create it, or mend the path/,
    ],
    ['it is a folder', (folder: { path: string }) => ({ path: folder.path }), /is no file.*glob/],
    [
      'the folder is a file',
      (folder: { in: (name: string) => string }) => ({ glob: folder.in('file/*') }),
      /this is no folder.*ENOTDIR.*Mend the path/,
    ],
  ])('is named, with what can be done: %s', async (_, options, message) => {
    using folder = ownFolder()
    writeFileSync(folder.in('file'), '')
    await expect(readAll(files(options(folder)))).rejects.toMatchObject({ code: 'source', message: expect.stringMatching(message) })
  })

  it('is named, with what can be done: one that must not be read', async () => {
    using folder = ownFolder()
    writeFileSync(folder.in('secret'), 'x\n', { mode: 0 })
    const script = `
      import { none } from 'fp-ts/lib/Option.js'
      import { files } from ${JSON.stringify(new URL('../../../connectors/files/index.ts', import.meta.url).href)}
      if (process.getuid() === 0) { process.setgid(65534); process.setuid(65534) }
      const source = await files({ path: ${JSON.stringify(folder.in('secret'))} }).open({ position: none, batch: { records: 1, length: 1, linger: 0 } })
      await source.next().then((batch) => console.log(batch), ({ message }) => console.log(message))
      await source.close()`
    execFileSync('chmod', ['755', folder.path])
    writeFileSync(folder.in('script.mts'), script)
    const output = execFileSync(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script], { encoding: 'utf8' })
    expect(output).toMatch(/cannot read .*secret: EACCES.*Give the user who runs this the right to it/)
  })

  it('is another than the one that was read: it is read from its beginning, and that is said', async () => {
    using folder = ownFolder()
    writeFileSync(folder.in('a'), 'one\ntwo\n')
    const taken = await readAll(files({ path: folder.in('a') }))
    truncateSync(folder.in('a'), 0)
    appendFileSync(folder.in('a'), 'another\n')
    const told: string[] = []
    await readAll(files({ path: folder.in('a'), notice: (text) => told.push(text) }), taken)
    expect(taken.records).toEqual(['one', 'two', 'another'])
    expect(told).toEqual([
      expect.stringMatching(/a was cut short, or replaced, and is read from its beginning; all 8 bytes that were known were read/),
    ])
  })

  it.each(['', 'files1 a', 'files1 a.b.c', 'files1 1.0.aa.bbb', '{}', 'files2'])(
    'is opened at no position of files: %j',
    async (position) => {
      using folder = ownFolder()
      writeFileSync(folder.in('a'), 'one\n')
      const opening = files({ path: folder.in('a') }).open({ position: some(position), batch: limits() })
      await expect(opening).rejects.toMatchObject({ code: 'decode', message: expect.stringContaining('no position of files') })
    },
  )
})

describe('options', () => {
  it.each([
    [{}, /path, glob.*one of the two/],
    [{ path: 'a', glob: 'b' }, /path, glob/],
    [{ path: '' }, /path.*the path of a file/],
    [{ path: 'a', follow: 1 }, /follow.*true or false/],
    [{ path: 'a', format: 'xml' }, /format; got "xml"; allowed: 'lines', 'ndjson', 'csv'/],
    [{ path: 'a', delimiter: ';' }, /delimiter.*with format: 'csv' only/],
    [{ path: 'a', format: 'csv', delimiter: 'ab' }, /delimiter.*one character/],
    [{ path: 'a', format: 'csv', delimiter: '"' }, /two that differ/],
    [{ path: 'a', format: 'csv', header: ['a', 'a'] }, /header.*none of them twice/],
    [{ path: 'a', longest: 0 }, /longest.*whole number from 1/],
    [{ path: 'a', poll: 0.5 }, /poll/],
    [{ glob: '/var/*/x.log' }, /glob.*a folder without/],
    [{ path: 'a', folow: true }, /no option folow.*allowed: path, glob, follow/],
  ])('that make no sense are refused: %j', (options, message) => {
    expect(() => files(options as never)).toThrow(
      expect.objectContaining({ code: 'invalid-option', message: expect.stringMatching(message) }),
    )
  })
})
