import { type Codec, codec, TanagerError } from 'tanager'
import { assertLawful, type CodecOptions, checkCodec } from 'tanager/testing'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { everyCase } from '../../laws/arbitrary/codec.ts'

const seed = 1

/** Something wrong, and the sentence that says so. */
interface Case {
  readonly name: string
  readonly wrong: Codec<unknown>
  readonly sentence: string | RegExp
  readonly options: CodecOptions<unknown>
}

const of = <A>(name: string, wrong: Codec<A>, sentence: string | RegExp, options: CodecOptions<A> = {}): Case =>
  ({ name, wrong, sentence, options }) as unknown as Case

const cases: readonly Case[] = [
  of(
    'digits that are lost',
    codec.of<number>({ id: 'cents', encode: (n) => n.toFixed(2), decode: Number }),
    'cents: does not come back: 0.125 is written 0.13 and read as 0.13',
    { values: [1, 0.125] },
  ),
  of(
    'a field that is lost',
    codec.of<{ a: number; b?: number }>({ id: 'a', encode: ({ a }) => `${a}`, decode: (text) => ({ a: Number(text) }) }),
    'a: does not come back: {a: 1, b: 2} is written 1 and read as {a: 1}',
    { values: [{ a: 1, b: 2 }] },
  ),
  of(
    'two values with one encoding',
    codec.of<string>({ id: 'name', encode: (text) => text.toLowerCase(), decode: (text) => text }),
    'name: two values share an encoding: "A" and "a" are both written a',
    { values: ['a', 'A'] },
  ),
  of(
    'two values with one encoding, though one of ours has its name',
    codec.of<string>({ id: 'string', encode: (text) => text.trim(), decode: (text) => text }),
    /^string: two values share an encoding: "(\\.| )*" and "" are both written ""$/,
  ),
  of(
    'text that cannot be read again',
    codec.of<number>({
      id: 'even',
      encode: String,
      decode: (text) => {
        if (Number(text) % 2 === 1) throw new Error('odd')
        return Number(text)
      },
    }),
    'even: does not come back: 1 is written 1, and that cannot be read: odd',
    { values: [0, 1] },
  ),
  of(
    'half a surrogate pair',
    codec.of<string>({ id: 'raw', encode: (text) => text, decode: (text) => text }),
    'raw: does not come back: "\\ud800" is written "\\ud800" and read as "\ufffd"',
    { values: ['\ud800'] },
  ),
  of(
    'what is lost inside JSON',
    codec.of<number>({ id: 'number', encode: String, decode: Number, toJson: (n) => n, fromJson: Number }),
    'number: does not come back: Infinity is written inside JSON null and read as 0',
    { values: [Number.POSITIVE_INFINITY] },
  ),
  of(
    'bytes that wrap around',
    codec.of<number>({
      id: 'byte',
      encode: String,
      decode: Number,
      binary: { toBytes: (n) => Uint8Array.of(n), fromBytes: ([n]) => n as number },
    }),
    'byte: does not come back: 256 is written as bytes 00 and read as 0',
    { values: [1, 256] },
  ),
  of(
    'text that is another each time',
    codec.of<number>({ id: 'salted', encode: (n) => `${n} ${Math.random()}`, decode: Number.parseInt }),
    /^salted: not deterministic: 1 is written 1 0\.\d+, and the second time 1 0\.\d+$/,
    { values: [1] },
  ),
  of(
    'one value, two encodings',
    codec.of<ReadonlySet<number>>({
      id: 'set',
      encode: (set) => [...set].join(),
      decode: (text) => new Set(text.split(',').map(Number).sort()),
    }),
    'set: one value, two encodings: Set {2, 1} is written 2,1, and once it was read, 1,2',
    { values: [new Set([2, 1])] },
  ),
  of(
    'a value that it changes',
    codec.of<number[]>({ id: 'sorted', encode: (list) => list.sort().join(), decode: (text) => text.split(',').map(Number) }),
    'sorted: changes what it writes: [2, 1] became [1, 2]',
    { values: [[2, 1]] },
  ),
  of('a value that it refuses', codec.int, /^int: cannot write 0\.5: codec int cannot write this value/, { values: [0.5] }),
  of(
    'keys that are one in a Map, or two',
    codec.of<Date>({ id: 'day', encode: (date) => date.toISOString(), decode: (text) => new Date(text), native: true }),
    'day: not native: 1970-01-01T00:00:00.000Z and 1970-01-01T00:00:00.000Z are two keys of a Map, and are written 1970-01-01T00:00:00.000Z and 1970-01-01T00:00:00.000Z',
    { values: [new Date(0)] },
  ),
  of(
    'a version that counts nothing',
    codec.of<string>({ id: 'text', version: 0, encode: (text) => text, decode: (text) => text }),
    'text@0: its version must be a whole number from 1, and is 0',
    { values: ['a'] },
  ),
  of(
    'no text at all',
    codec.of<number>({ id: 'itself', encode: (n) => n as never, decode: Number }),
    'itself: writes no text: 1 is written 1',
    { values: [1] },
  ),
]

describe('what is broken is told', () => {
  it.each(cases)('$name', async ({ wrong, sentence, options }) => {
    const { broken } = await checkCodec(wrong, { ...options, seed })
    const sentences = broken.map((law) => law.sentence)
    if (typeof sentence === 'string') expect(sentences).toContain(sentence)
    else expect(sentences).toContainEqual(expect.stringMatching(sentence))
  })
})

const generated = everyCase.filter(({ codec: { id } }) => !/^(standard|visit)/.test(id))

describe('what is lawful raises no alarm', () => {
  it.each(generated.map((each) => ({ name: each.codec.id, ...each })))('$name, with values made up', async ({ codec: each }) => {
    const report = await checkCodec(each, { seed, seconds: 60 })
    assertLawful(report)
    expect(report.held.map(({ law }) => law)).toEqual(expect.arrayContaining(['format', 'writes', 'comes back', 'differs']))
    for (const { runs } of report.held) expect(runs).toBe(1000)
  })

  it.each(everyCase.map((each) => ({ name: each.codec.id, ...each })))('$name, with values given', async ({ codec: each, values }) => {
    assertLawful(await checkCodec(each, { values, runs: 200, seed, seconds: 60 }))
  })

  it('over 200 seeds', async () => {
    const each = codec.struct({
      at: codec.date,
      tags: codec.array(codec.option(codec.string)),
      'a key': codec.map(codec.tuple(codec.int, codec.float), codec.bytes),
      table: codec.record(codec.bigint),
    })
    for (let at = 1; at <= 200; at++) assertLawful(await checkCodec(each, { seed: at, runs: 20, seconds: 60 }))
  })

  it('of a class that hides its data', async () => {
    const url = codec.of<URL>({ id: 'url', encode: ({ href }) => href, decode: (text) => new URL(text) })
    const values = [new URL('http://a/'), new URL('http://b/')]
    assertLawful(await checkCodec(url, { values, seed }))
    const host = { ...url, id: 'host', encode: ({ origin }: URL) => origin }
    const { broken } = await checkCodec(host, { values: [new URL('http://a/path')], seed })
    expect(broken.map(({ law }) => law)).toEqual(['comes back', 'differs'])
  })
})

describe('a check', () => {
  it('asks for values where none can be made up, and does not pass', async () => {
    const visit = codec.tuple(codec.int, codec.standard(z.object({ page: z.string() }), { id: 'visit', version: 3 }))
    const report = await checkCodec(visit)
    expect(() => assertLawful(report)).toThrow(
      'tuple(int,visit@3): nothing could be checked: nobody but you knows the values of the codec visit@3. Give some: { values: […] }.',
    )
    assertLawful(await checkCodec(visit, { values: [[1, { page: '/' }]] }))
  })

  it('uses an equality that is given', async () => {
    const lower = codec.of<string>({ id: 'lower', encode: (text) => text.toLowerCase(), decode: (text) => text })
    assertLawful(await checkCodec(lower, { values: ['A', 'a', 'b'], equals: (a, b) => a.toLowerCase() === b.toLowerCase() }))
  })

  it('is told of a codec that has the name of one of ours and takes other values', async () => {
    const small = codec.of<number>({
      id: 'int',
      encode: (n) => {
        if (n > 9) throw new TanagerError('encode', 'too large')
        return `${n}`
      },
      decode: Number,
    })
    expect((await checkCodec(small)).unchecked).toMatchObject([{ law: 'all', reason: /^the codec int refuses \d+: too large$/ }])
  })
})
