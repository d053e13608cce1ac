import fc from 'fast-check'
import { describe, expect, test, vi } from 'vitest'
import { linesOf, recordFile } from '../../cli/records.ts'
import { type Folder, folder } from './tanager.ts'

async function read(at: Folder, content: string | Uint8Array, skipBlank = false): Promise<readonly string[]> {
  const file = recordFile('lines', await at.file('records', content))
  const all: string[] = []
  for await (const lines of linesOf(file, { skipBlank })) all.push(...lines)
  return all
}

describe('the lines of a file', () => {
  test.each<readonly [string, string, readonly string[]]>([
    ['nothing', '', []],
    ['a line feed', '\n', ['']],
    ['a line without its end', 'a', ['a']],
    ['lines, some of them empty', 'a\n\nb\n\n', ['a', '', 'b', '']],
    ['carriage returns, which belong to their lines', 'a\r\nb\r\n', ['a\r', 'b\r']],
    ['other line breaks, which are none', 'a\u2028b\u0085c\vd', ['a\u2028b\u0085c\vd']],
    ['a byte order mark, which is a character like any other', '\ufeffa\n', ['\ufeffa']],
  ])('%s', async (_what, content, expected) => {
    await using at = await folder()
    expect(await read(at, content)).toEqual(expected)
  })

  test('blank ones may be left out', async () => {
    await using at = await folder()
    expect(await read(at, '1\n\n \t\r\n2\n\r\n', true)).toEqual(['1', '2'])
  })

  test('are those that were written, wherever blocks begin and end', async () => {
    await using at = await folder()
    const line = fc.string({ unit: 'grapheme', maxLength: 10 }).map((text) => text.replaceAll('\n', ' '))
    await fc.assert(
      fc.asyncProperty(fc.array(line, { minLength: 1 }), fc.boolean(), fc.constantFrom(1, 100_000), async (some, ended, times) => {
        const lines = Array.from({ length: times }, () => some)
          .slice(0, Math.ceil(times / some.length))
          .flat()
        const content = lines.join('\n') + (ended ? '\n' : '')
        const expected = ended || lines.at(-1) !== '' ? lines : lines.slice(0, -1)
        expect(await read(at, content)).toEqual(expected)
      }),
      { numRuns: 10 },
    )
  })

  test('may be longer than a block', async () => {
    await using at = await folder()
    const long = 'é🐦'.repeat(1 << 19)
    expect(await read(at, `${long}\na\n${long}`)).toEqual([long, 'a', long])
  })

  test('that are not in UTF-8 are read all the same', async () => {
    await using at = await folder()
    const said = vi.spyOn(process.stderr, 'write').mockReturnValue(true)
    expect(await read(at, Buffer.from([0x61, 0xe9, 0x0a, 0x62, 0x0a]))).toEqual(['a\ufffd', 'b'])
    expect(said).toHaveBeenCalledWith(expect.stringContaining('records: 1 line not in UTF-8; each byte that is none was read as U+FFFD'))
    said.mockRestore()
  })

  test('of a file that is too large to hold come a block at a time', async () => {
    await using at = await folder()
    const file = recordFile('lines', await at.file('records', 'x'.repeat(99).concat('\n').repeat(50_000)))
    const blocks: number[] = []
    for await (const lines of linesOf(file, { skipBlank: false })) blocks.push(lines.length)
    expect(Math.max(...blocks)).toBeLessThan(11_000)
    expect(blocks.reduce((sum, n) => sum + n)).toBe(50_000)
  })
})
