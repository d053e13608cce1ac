import * as v from 'valibot'
import { describe, expect, expectTypeOf, it } from 'vitest'
import { z } from 'zod'
import { type Codec, type StandardSchema, standard, tuple } from '../../../core/codec/index.ts'
import { TanagerError } from '../../../core/error.ts'
import { refusal } from './refusal.ts'

const Click = z.object({ page: z.string(), user: z.object({ ids: z.array(z.int()) }) })

const schemaOf = <A>(validate: StandardSchema<A>['~standard']['validate']): StandardSchema<A> => ({
  '~standard': { version: 1, vendor: 'us', validate },
})

describe('codec.standard', () => {
  it('checks JSON with a zod schema', () => {
    const click = standard(Click, { id: 'click', version: 2 })
    expectTypeOf(click).toEqualTypeOf<Codec<{ page: string; user: { ids: number[] } }>>()
    expect([click.id, click.version, tuple(click).id]).toEqual(['click', 2, 'tuple(click@2)'])
    const value = { page: '/', user: { ids: [1, 2] } }
    expect(click.encode(value)).toBe('{"page":"/","user":{"ids":[1,2]}}')
    expect(click.decode(click.encode(value))).toEqual(value)
    expect(click.fromJson(click.toJson(value))).toEqual(value)
  })

  it('checks JSON with a valibot schema', () => {
    const click = standard(v.object({ page: v.string(), user: v.optional(v.number()) }))
    expectTypeOf(click).toEqualTypeOf<Codec<{ page: string; user?: number | undefined }>>()
    expect([click.id, click.version]).toEqual(['standard', 1])
    expect(click.decode('{"page":"/"}')).toEqual({ page: '/' })
    expect(refusal('decode', () => click.decode('{"page":1}')).message).toContain('at .page: Invalid type: Expected string but received 1')
  })

  it('says what the schema found wrong, and where', () => {
    const click = standard(Click, { id: 'click' })
    const wrong = { page: 1, user: { ids: [1, 'x'] } }
    const found =
      '(at .page: Invalid input: expected string, received number; at .user.ids[1]: Invalid input: expected int, received string)'
    expect(refusal('decode', () => click.decode(JSON.stringify(wrong))).message).toBe(
      `codec click cannot read this value; got {"page":1,"user":{"ids":[1,"x"]}}; allowed: what the schema accepts ${found.replace('expected int', 'expected number')}`,
    )
    expect(refusal('encode', () => click.encode(wrong as never)).message).toContain('codec click cannot write this value')
    expect(refusal('decode', () => tuple(click).decode('[{}]')).message).toContain('tuple(click) at [0]: codec click cannot read')
  })

  it('lists five issues at most', () => {
    const list = standard(z.array(z.string()))
    expect(refusal('decode', () => list.decode('[1,2,3,4,5,6,7]')).message).toMatch(/at \[4\]: [^;]*; and 2 more\)$/)
  })

  it('does not read what is no JSON', () => {
    expect(refusal('decode', () => standard(Click, { id: 'click' }).decode('{')).message).toContain(
      'codec click cannot read this value; got "{"',
    )
  })

  it('is fine with schemas that leave their own output as it is: trim, defaults, dropped fields', () => {
    const tidy = standard(z.object({ name: z.string().trim(), n: z.int().default(0) }))
    expect(tidy.decode('{"name":" a ","other":1}')).toEqual({ name: 'a', n: 0 })
    expect(tidy.encode({ n: 0, name: 'a', other: new Map() } as never)).toBe('{"name":"a","n":0}')
  })

  it('refuses to write a value the schema would change', () => {
    const tidy = standard(z.object({ list: z.array(z.object({ name: z.string().trim(), n: z.int().default(0) })) }))
    expect(refusal('encode', () => tidy.encode({ list: [{ name: ' a ', n: 1 }] })).message).toContain(
      'it changes this one at .list[0].name',
    )
    expect(refusal('encode', () => tidy.encode({ list: [{ name: 'a' }] } as never)).message).toContain('it changes this one at .list[0].n')
    expect(refusal('encode', () => standard(z.array(z.int()).transform((all) => [...all, 1])).encode([])).message).toContain('at its top')
  })

  it('refuses transforms to another type: at reading if JSON has no such value, at writing otherwise', () => {
    const when = standard(z.object({ at: z.string().transform((text) => new Date(text)) }), { id: 'when' })
    expect(refusal('decode', () => when.decode('{"at":"2024-01-01"}')).message).toContain('when at .at: codec when cannot read this value')
    refusal('encode', () => when.encode({ at: new Date(0) }))
    refusal('encode', () => standard(z.coerce.date()).encode(new Date(0)))

    const length = standard(z.string().transform((text) => text.length))
    expect(length.decode('"abc"')).toBe(3)
    expect(refusal('encode', () => length.encode(3)).message).toContain('expected string, received number')
  })

  it('refuses validators that answer later', () => {
    const later = standard(z.string().refine(async () => true))
    expect(refusal('decode', () => later.decode('"a"')).message).toContain('this one gave a promise')
    refusal('encode', () => later.encode('a'))
    refusal('decode', () =>
      standard(
        v.pipeAsync(
          v.string(),
          v.checkAsync(async () => true),
        ),
      ).decode('"a"'),
    )
  })

  // Vitest fails the run on an unhandled rejection, which is what this test is about.
  it('leaves no rejection behind', async () => {
    const later = standard(schemaOf(async () => Promise.reject(new Error('nobody waits for this'))))
    refusal('decode', () => later.decode('"a"'))
    await new Promise((resolve) => setTimeout(resolve, 5))
  })

  it('turns what a validator throws into a TanagerError', () => {
    const boom = standard(
      schemaOf(() => {
        throw new TypeError('boom')
      }),
    )
    const error = refusal('decode', () => boom.decode('"a"'))
    expect(error.message).toContain('what the schema can check (it threw: boom)')
    expect(error.cause).toBeInstanceOf(TypeError)
    const hidden = z.string().refine(() => {
      throw new TypeError('boom')
    })
    expect(refusal('decode', () => standard(hidden).decode('"a"')).message).toContain('or threw')
  })

  it('refuses what JSON would bend, as codec.json does', () => {
    const anything = standard(z.any())
    for (const value of [undefined, Number.NaN, 1n, new Date(0), { a: undefined }, '\ud800'])
      refusal('encode', () => anything.encode(value))
  })

  it('takes a schema from anyone who follows the specification', () => {
    const even = schemaOf<number>((value) =>
      typeof value === 'number' && value % 2 === 0 ? { value } : { issues: [{ message: 'not even', path: [{ key: 'x y' }, 0] }] },
    )
    expect(standard(even).decode('2')).toBe(2)
    expect(refusal('decode', () => standard(even).decode('3')).message).toContain('(at ["x y"][0]: not even)')
  })

  it.each([undefined, {}, { '~standard': {} }, 'schema'])('says what it needs when given %j', (schema) => {
    expect(() => standard(schema as never)).toThrow(TanagerError)
    expect(() => standard(schema as never)).toThrow('codec.standard needs a schema')
  })
})
