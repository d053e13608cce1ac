import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { frame, frameLines, frameRead, refusedIn, textOf, unframe } from '../../../core/engine/frame.ts'

const hostile = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc.string({ unit: 'binary' }),
  // Any UTF-16 units at all, also halves of surrogate pairs.
  fc.array(fc.integer({ min: 0, max: 0xffff })).map((units) => String.fromCharCode(...units)),
  fc.constantFrom('', '\n', '\n\n', '\r\n', '\u2028', '\0', 'L', 'J', 'J[]', '[""]', '\ud800', '"', '\\', '🐦'),
  fc.array(fc.constantFrom('a', '\n', '"', '\\', ','), { maxLength: 8 }).map((parts) => parts.join('')),
)

describe('frame', () => {
  it('comes back as it was', () => {
    fc.assert(fc.property(fc.array(hostile), (records) => void expect(unframe(frame(records))).toEqual(records)))
  })

  it('has UTF-8 bytes, whatever is in the records', () => {
    fc.assert(
      fc.property(fc.array(hostile), (records) => {
        const payload = frame(records)
        expect(Buffer.from(payload, 'utf8').toString('utf8')).toBe(payload)
      }),
    )
  })

  it.each([[[]], [['']], [['', '']], [['a']], [['a', 'b']], [['a\nb']]])('tells %j from all others', (records) => {
    expect(unframe(frame(records))).toEqual(records)
  })

  it('is lines wherever it can be: they are read several times faster', () => {
    expect(frame(['a', '', 'b'])).toBe('La\n\nb')
    expect(frame([''])).toBe('L')
    expect(frame([])).toBe('J[]')
    expect(frame(['a\n'])).toBe('J["a\\n"]')
  })

  it('is the same of lines that are written already', () => {
    const line = fc.string({ unit: 'grapheme' }).map((text) => text.replaceAll('\n', ''))
    fc.assert(
      fc.property(fc.array(line, { minLength: 1 }), (records) => {
        const text = records.join('\n')
        const framed = frameLines({ bytes: Buffer.from(`?${text}`), length: text.length, count: records.length })
        expect([textOf(framed), framed.length]).toEqual([frame(records), frame(records).length])
      }),
    )
  })

  // Lines around the length that is cut apart at a time, so that cuts fall everywhere.
  const long = fc.oneof(
    { weight: 20, arbitrary: hostile },
    fc
      .tuple(fc.constantFrom('a', 'ä', '🐦', '\ufeff', '\ufeffab'), fc.integer({ min: 1, max: 140_000 }))
      .map(([unit, units]) => unit.repeat(Math.ceil(units / unit.length))),
  )

  it('is read from its bytes as it is from its text, however long', () => {
    fc.assert(
      fc.property(fc.array(long, { maxLength: 12 }), (records) => {
        const payload = frame(records)
        expect(unframe({ bytes: Buffer.from(payload), length: payload.length })).toEqual(records)
      }),
      { numRuns: 200 },
    )
  })

  it('is read from its bytes also with what is no record', () => {
    const refused = [{ record: 'bad', error: 'no record' }]
    const payload = frameRead(['good'], refused)
    const written = { bytes: Buffer.from(payload), length: payload.length }
    expect([unframe(written), refusedIn(written), refusedIn({ bytes: Buffer.from('La'), length: 2 })]).toEqual([['good'], refused, []])
  })

  it.each([[''], ['x'], ['[]'], ['{"a":1}']])('refuses %j, which is none of ours', (payload) => {
    expect(() => unframe(payload)).toThrow(expect.objectContaining({ code: 'decode' }))
  })
})
