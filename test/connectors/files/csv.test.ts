import { appendFileSync, writeFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { files } from '../../../connectors/files/index.ts'
import { ownFolder } from './folder.ts'
import { nothingTaken, readAll, readOnce } from './taken.ts'

const cell = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 12 }),
  fc.array(fc.constantFrom('a', '"', ',', ';', '\n', '\r\n', 'é', ' '), { maxLength: 6 }).map((parts) => parts.join('')),
)
const written = (text: string, delimiter: string) =>
  text === '' || text.includes(delimiter) || /["\r\n]/.test(text) || text.startsWith('\ufeff') ? `"${text.replaceAll('"', '""')}"` : text

describe('the rows of a CSV', () => {
  it('are objects, or arrays, once and in order, however batches are cut and wherever it dies', async () => {
    const names = fc.uniqueArray(fc.oneof(cell, fc.constantFrom('__proto__', '1', '0', 'toString')), { minLength: 2, maxLength: 4 })
    const table = names.chain((header) =>
      fc.record({
        header: fc.constant(header),
        rows: fc.array(fc.array(cell, { minLength: header.length, maxLength: header.length }), { maxLength: 12 }),
      }),
    )
    const how = fc.record({
      delimiter: fc.constantFrom(',', ';', '\t'),
      end: fc.constantFrom('\n', '\r\n'),
      isEnded: fc.boolean(),
      mark: fc.constantFrom('', '\ufeff'),
      isCompressed: fc.boolean(),
      named: fc.constantFrom<'row' | 'option' | 'none'>('row', 'option', 'none'),
    })
    await fc.assert(
      fc.asyncProperty(
        table,
        how,
        fc.integer({ min: 1, max: 5 }),
        fc.integer({ min: 1, max: 9 }),
        async ({ header, rows }, how, records, life) => {
          const { delimiter, end, isEnded, mark, isCompressed, named } = how
          using folder = ownFolder()
          const all = named === 'row' ? [header, ...rows] : rows
          const text =
            mark +
            all.map((row) => row.map((each) => written(each, delimiter)).join(delimiter)).join(end) +
            (isEnded && all.length > 0 ? end : '')
          writeFileSync(folder.in('a.csv'), isCompressed ? gzipSync(text) : text)
          const reader = files({
            path: folder.in('a.csv'),
            format: 'csv',
            delimiter,
            ...(named === 'row' ? {} : { header: named === 'none' ? false : header }),
          })
          const taken = nothingTaken()
          for (let had = -1; had < taken.records.length; ) {
            had = taken.records.length
            await readOnce(reader, taken, life, { records })
          }
          const expected = rows.map((row) =>
            named === 'none'
              ? JSON.stringify(row)
              : `{${row.map((each, i) => `${JSON.stringify(header[i])}:${JSON.stringify(each)}`).join(',')}}`,
          )
          expect(taken.refused).toEqual([])
          expect(taken.records).toEqual(expected)
        },
      ),
      { numRuns: 80 },
    )
  })

  it('may have names in quotes over several lines behind a byte order mark', async () => {
    using folder = ownFolder()
    writeFileSync(folder.in('a.csv'), '\ufeff"a\nb",c')
    const reader = files({ path: folder.in('a.csv'), format: 'csv' })
    const taken = nothingTaken()
    await readOnce(reader, taken, 9, { records: 9 })
    appendFileSync(folder.in('a.csv'), '\n1,2\n')
    await readOnce(reader, taken, 9, { records: 9 })
    expect(taken).toMatchObject({ records: ['{"a\\nb":"1","c":"2"}'], refused: [] })
  })

  it('that have too few cells or too many, or are not well formed, are refused, and the next is read', async () => {
    using folder = ownFolder()
    const text = [
      'a,b',
      '1,2',
      '3',
      '4,5,6',
      '7,"8',
      'x"y",9',
      '10,11',
      '"12"x,13',
      '"14',
      '15","16"',
      '',
      '17,"unclosed',
      '18,19',
      '',
    ].join('\n')
    writeFileSync(folder.in('a.csv'), Buffer.concat([Buffer.from(text), Buffer.from([0x31, 0x2c, 0xff, 0x0a]), Buffer.from('20,21')]))
    for (const records of [1, 3, 5000]) {
      const taken = await readAll(files({ path: folder.in('a.csv'), format: 'csv' }), nothingTaken(), { records })
      expect(taken.records.map((record) => Object.values(JSON.parse(record)).join())).toEqual([
        '1,2',
        '10,11',
        '14\n15,16',
        '18,19',
        '20,21',
      ])
      expect(taken.refused.map(({ record, error }) => [record.trim(), error.slice(0, 15)])).toEqual([
        ['3', 'a row of 1 cell'],
        ['4,5,6', 'a row of 3 cell'],
        ['7,"8', 'not well formed'],
        ['x"y",9', 'not well formed'],
        ['"12"x,13', 'not well formed'],
        ['17,"unclosed', 'not well formed'],
        ['1,\ufffd', 'not UTF-8; each'],
      ])
    }
  })

  it('may begin in the middle of a file, and of one that grows', async () => {
    using folder = ownFolder()
    writeFileSync(folder.in('a.csv'), 'a,b\r\n1,"x\n')
    const reader = files({ path: folder.in('a.csv'), format: 'csv', follow: true, poll: 5 })
    const taken = nothingTaken()
    const early = readOnce(reader, taken, 1)
    appendFileSync(folder.in('a.csv'), 'y"\r\n2,z\r\n')
    await early
    await readOnce(reader, taken, 2 - taken.records.length)
    expect(taken.records).toEqual(['{"a":"1","b":"x\\ny"}', '{"a":"2","b":"z"}'])
  })

  it('that do not end are given up after so many bytes', async () => {
    using folder = ownFolder()
    writeFileSync(folder.in('a.csv'), `a\n"never\n${'x\n'.repeat(60_000)}`)
    const taken = await readAll(files({ path: folder.in('a.csv'), format: 'csv', longest: 1 << 15 }))
    expect(taken.refused.map(({ record }) => record)).toEqual(['"never'])
    expect(taken.records.length).toBe(60_000)
  })

  it.each([
    ['a,b,a\n1,2,3', /has a name twice; got "a"/],
    ['a"b\n1', /is not well formed/],
    ['\n1', /is empty/],
  ])('need names that can be told apart: %j', async (text, message) => {
    using folder = ownFolder()
    writeFileSync(folder.in('a.csv'), text)
    await expect(readAll(files({ path: folder.in('a.csv'), format: 'csv' }))).rejects.toMatchObject({
      code: 'source',
      message: expect.stringMatching(message),
    })
  })
})
