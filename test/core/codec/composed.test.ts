import { none, type Option, some } from 'fp-ts/lib/Option.js'
import { describe, expect, expectTypeOf, it } from 'vitest'
import type { Codec } from '../../../core/codec/index.ts'
import * as codec from '../../../core/codec/index.ts'
import { refusal } from './refusal.ts'

describe('codec.tuple', () => {
  const pair = codec.tuple(codec.string, codec.int)

  it('is a JSON array', () => {
    expectTypeOf(pair).toEqualTypeOf<Codec<readonly [string, number]>>()
    expect(pair.id).toBe('tuple(string,int)')
    expect(pair.encode(['/home', 19])).toBe('["/home",19]')
    expect(pair.decode('["/home",19]')).toEqual(['/home', 19])
    expect(codec.tuple().encode([])).toBe('[]')
  })

  it('keeps apart what joined text would mix up', () => {
    const two = codec.tuple(codec.string, codec.string)
    expect(new Set([two.encode(['a,b', 'c']), two.encode(['a', 'b,c']), two.encode(['a","b', 'c'])]).size).toBe(3)
  })

  it.each([[[]], [['a']], [['a', 1, 2]], [{ 0: 'a', 1: 1, length: 2 }], ['ab'], [null]])('refuses another shape: %j', (value) => {
    expect(refusal('encode', () => pair.encode(value as never)).message).toContain('codec tuple(string,int) cannot write this value')
    expect(refusal('decode', () => pair.decode(JSON.stringify(value))).message).toContain('allowed: an array of 2')
  })

  it('names the part that is wrong', () => {
    expect(refusal('encode', () => pair.encode(['a', 1.5])).message).toMatch(
      /^tuple\(string,int\) at \[1\]: codec int cannot write this value; got 1\.5;/,
    )
    expect(refusal('decode', () => pair.decode('["a","1"]')).message).toMatch(
      /^tuple\(string,int\) at \[1\]: codec int cannot read this value; got "1";/,
    )
  })
})

describe('codec.struct', () => {
  const visit = codec.struct({ user: codec.int, page: codec.string })

  it('is a JSON object with sorted fields', () => {
    expectTypeOf(visit).toEqualTypeOf<Codec<{ user: number; page: string }>>()
    expect(visit.id).toBe('struct(page:string,user:int)')
    expect(visit.encode({ user: 7, page: '/' })).toBe('{"page":"/","user":7}')
    expect(visit.encode({ page: '/', user: 7 })).toBe('{"page":"/","user":7}')
    expect(visit.decode('{"user":7,"page":"/"}')).toEqual({ page: '/', user: 7 })
    expect(codec.struct({}).encode({})).toBe('{}')
  })

  it('takes the fields it lists, from whatever has them', () => {
    const wider = { user: 7, page: '/', extra: () => 'not JSON' }
    expect(visit.encode(wider)).toBe('{"page":"/","user":7}')
    expect(visit.decode('{"page":"/","user":7,"added":"by a newer sender"}')).toEqual({ page: '/', user: 7 })
  })

  it('names the field that is missing', () => {
    expect(refusal('encode', () => visit.encode({ page: '/' } as never)).message).toBe(
      'struct(page:string,user:int) at .user: this field is missing; got {"page":"/"}',
    )
    expect(refusal('decode', () => visit.decode('{"user":7}')).message).toBe(
      'struct(page:string,user:int) at .page: this field is missing; got {"user":7}',
    )
  })

  it('reads a missing option as none', () => {
    const row = codec.struct({ a: codec.int, b: codec.option(codec.int) })
    expectTypeOf(row).toEqualTypeOf<Codec<{ a: number; b: Option<number> }>>()
    expect(row.encode({ a: 1, b: none })).toBe('{"a":1,"b":null}')
    expect(row.decode('{"a":1}')).toEqual({ a: 1, b: none })
    refusal('encode', () => row.encode({ a: 1 } as never))
  })

  it('is safe with names that every object has', () => {
    const hostile = codec.struct({ ['__proto__']: codec.int, constructor: codec.int, toString: codec.option(codec.int) })
    const value = hostile.decode('{"__proto__":1,"constructor":2}')
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype)
    expect(Object.entries(value)).toEqual([
      ['__proto__', 1],
      ['constructor', 2],
      ['toString', none],
    ])
    expect(hostile.encode(value)).toBe('{"__proto__":1,"constructor":2,"toString":null}')
    expect(refusal('decode', () => hostile.decode('{"constructor":2}')).message).toContain('at .__proto__: this field is missing')
    expect(refusal('encode', () => hostile.encode(JSON.parse('{"__proto__":1}'))).message).toContain(
      'at .constructor: this field is missing',
    )
  })

  it('quotes names in its id that could be taken for something else', () => {
    expect(codec.struct({ 'a:int,b': codec.int }).id).toBe('struct("a:int,b":int)')
    expect(codec.struct({ a: codec.int, b: codec.int }).id).toBe('struct(a:int,b:int)')
    expect(codec.struct({ '': codec.int }).id).toBe('struct("":int)')
  })

  it.each([null, undefined, 1, 'text', []])('refuses what is no object: %j', (value) => {
    refusal('encode', () => visit.encode(value as never))
    refusal('decode', () => visit.decode(JSON.stringify(value) ?? ''))
  })
})

describe('codec.option', () => {
  const maybe = codec.option(codec.int)

  it('is null or an array of one', () => {
    expect(maybe.id).toBe('option(int)')
    expect(maybe.encode(none)).toBe('null')
    expect(maybe.encode(some(0))).toBe('[0]')
    expect(maybe.decode('[0]')).toEqual(some(0))
    expect(maybe.decode('null')).toEqual(none)
  })

  it('keeps some(none) and none apart, and some(null) too', () => {
    const twice = codec.option(maybe)
    expect([none, some(none), some(some(1))].map(twice.encode)).toEqual(['null', '[null]', '[[1]]'])
    expect(codec.option(codec.json()).decode('[null]')).toEqual(some(null))
  })

  it.each([null, undefined, 1, {}, { _tag: 'Left', left: 1 }, []])('does not write %j', (value) => {
    expect(refusal('encode', () => maybe.encode(value as never)).message).toContain('an fp-ts Option')
  })

  it.each(['0', '[]', '[1,2]', '{}', '{"_tag":"None"}', 'false', ''])('does not read %s', (text) => {
    refusal('decode', () => maybe.decode(text))
  })
})

describe('codec.array', () => {
  const ints = codec.array(codec.int)

  it('is a JSON array in the same order', () => {
    expectTypeOf(ints).toEqualTypeOf<Codec<readonly number[]>>()
    expect(ints.id).toBe('array(int)')
    expect(ints.encode([3, 1, 2])).toBe('[3,1,2]')
    expect(ints.decode('[3,1,2]')).toEqual([3, 1, 2])
  })

  it('refuses holes and what is no array', () => {
    // biome-ignore lint/suspicious/noSparseArray: the hole is what is tested.
    expect(refusal('encode', () => ints.encode([1, , 3] as number[])).message).toContain('array(int) at [1]: codec int cannot write')
    refusal('encode', () => ints.encode(new Set([1]) as never))
    refusal('encode', () => ints.encode('12' as never))
    refusal('decode', () => ints.decode('{"0":1,"length":1}'))
  })
})

describe('codec.record', () => {
  const table = codec.record(codec.int)

  it('is a JSON object with sorted names', () => {
    expect(table.id).toBe('record(int)')
    expect(table.encode({ b: 2, a: 1 })).toBe('{"a":1,"b":2}')
    expect(table.decode('{"b":2,"a":1}')).toEqual({ a: 1, b: 2 })
  })

  it('takes any name, and sets no prototype', () => {
    const value = table.decode('{"__proto__":1,"constructor":2}')
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype)
    expect(table.encode(value)).toBe('{"__proto__":1,"constructor":2}')
  })

  it.each([new Map([['a', 1]]), [1], new (class {})(), null, 'a'])('refuses what is no plain object: %o', (value) => {
    refusal('encode', () => table.encode(value as never))
  })

  it('names the field that is wrong', () => {
    expect(refusal('encode', () => table.encode({ a: undefined as never })).message).toContain('record(int) at .a: codec int')
    expect(refusal('encode', () => table.encode({ '\ud800': 1 })).message).toContain('names without lone surrogates')
    expect(refusal('decode', () => table.decode('{"\\ud800":1}')).message).toContain('names without lone surrogates')
    expect(refusal('decode', () => table.decode('{"a b":"1"}')).message).toContain('record(int) at ["a b"]: codec int')
  })
})

describe('codec.map', () => {
  const names = codec.map(codec.int, codec.string)

  it('is a JSON array of pairs in the order of their keys’ texts', () => {
    expectTypeOf(names).toEqualTypeOf<Codec<ReadonlyMap<number, string>>>()
    expect(names.id).toBe('map(int,string)')
    const forwards = new Map([
      [1, 'a'],
      [2, 'b'],
    ])
    expect(names.encode(forwards)).toBe('[[1,"a"],[2,"b"]]')
    expect(names.encode(new Map([...forwards].reverse()))).toBe('[[1,"a"],[2,"b"]]')
    expect(names.decode('[[2,"b"],[1,"a"]]')).toEqual(forwards)
  })

  it('refuses two keys that would be read as one', () => {
    const times = codec.map(codec.date, codec.int)
    const twice = new Map([
      [new Date(0), 1],
      [new Date(0), 2],
    ])
    expect(refusal('encode', () => times.encode(twice)).message).toContain('map(date,int) at [1]: ')
    refusal('decode', () => names.decode('[[1,"a"],[1,"b"]]'))
  })

  it('refuses other shapes', () => {
    refusal('encode', () => names.encode({ 1: 'a' } as never))
    for (const text of ['{}', 'null', '[1]', '[[1]]', '[[1,"a",2]]', '[[1,2]]', '[["1","a"]]']) refusal('decode', () => names.decode(text))
  })
})

describe('composed codecs', () => {
  const version2 = { ...codec.int, version: 2 }

  it('show the versions of their parts in their ids', () => {
    expect(codec.tuple(version2, codec.string).id).toBe('tuple(int@2,string)')
    expect(codec.struct({ a: version2 }).id).toBe('struct(a:int@2)')
    expect(codec.option(version2).id).toBe('option(int@2)')
    expect(codec.array(version2).id).toBe('array(int@2)')
    expect(codec.record(version2).id).toBe('record(int@2)')
    expect(codec.map(version2, version2).id).toBe('map(int@2,int@2)')
  })

  const order = codec.struct({
    lines: codec.array(codec.struct({ sku: codec.string, tags: codec.map(codec.string, codec.option(codec.json())) })),
  })

  it('give the whole way to what is wrong, and the part’s own error as the cause', () => {
    const tags = new Map([['t', some(1n)]])
    const error = refusal('encode', () =>
      order.encode({
        lines: [
          { sku: 'a', tags: new Map() },
          { sku: 'b', tags },
        ],
      }),
    )
    expect(error.message).toMatch(
      /^struct\(lines:array\(struct\(.* at \.lines\[1\]\.tags\[0\]\.value: codec json cannot write this value; got 1n;/,
    )
    expect(error.cause).toMatchObject({ message: expect.stringMatching(/^codec json cannot write this value/) })

    const text = '{"lines":[{"sku":"a","tags":[["t",[1e999]]]}]}'
    expect(refusal('decode', () => order.decode(text)).message).toContain(
      ' at .lines[0].tags[0][0]: codec json cannot read this value; got Infinity;',
    )
    expect(refusal('decode', () => order.decode('{"lines":[{"tags":[]}]}')).message).toContain(' at .lines[0].sku: this field is missing')
  })

  it('turn what a codec of your own throws into a TanagerError with the way to it', () => {
    const url = codec.of<URL>({ id: 'url', encode: (u) => u.href, decode: (text) => new URL(text) })
    const error = refusal('decode', () => codec.array(url).decode('["http://a/","nowhere"]'))
    expect(error.message).toBe('array(url) at [1]: Invalid URL')
    expect(error.cause).toBeInstanceOf(TypeError)
  })

  it('keep messages short, however wide the codec', () => {
    const wide = codec.struct(Object.fromEntries(Array.from({ length: 200 }, (_, i) => [`field${i}`, codec.int])))
    expect(refusal('decode', () => wide.decode('{}')).message.length).toBeLessThan(300)
  })
})
