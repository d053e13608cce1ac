import { none, some } from 'fp-ts/lib/Option.js'
import { expect, test } from 'vitest'
import { plainJson } from '../../cli/plain-json.ts'

const text = (value: unknown) => JSON.stringify(plainJson(value))

test.each<readonly [string, unknown, string]>([
  ['a number', 1.5, '1.5'],
  ['minus nought', -0, '0'],
  ['what is no number', [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY], '["NaN","Infinity","-Infinity"]'],
  ['a bigint', 2n ** 64n, '"18446744073709551616"'],
  ['a text', 'naïve 🐦\n', '"naïve 🐦\\n"'],
  ['nothing', [undefined, null], '[null,null]'],
  ['bytes', Buffer.from('hi'), '"aGk="'],
  ['a date', new Date(0), '"1970-01-01T00:00:00.000Z"'],
  ['an option', [none, some(1)], '[{"_tag":"None"},{"_tag":"Some","value":1}]'],
  [
    'a map, sorted by its keys',
    new Map<unknown, unknown>([
      ['b', 1],
      ['a', new Map([[2, 3n]])],
    ]),
    '[["a",[[2,"3"]]],["b",1]]',
  ],
  ['a set, sorted', new Set(['b', 'a']), '["a","b"]'],
  ['an object, its fields sorted', { b: 1, a: { d: 1, c: 2 } }, '{"a":{"c":2,"d":1},"b":1}'],
  ['a field called __proto__', JSON.parse('{"__proto__":{"b":1,"a":2}}'), '{"__proto__":{"a":2,"b":1}}'],
])('%s', (_what, value, expected) => {
  expect(text(value)).toBe(expected)
})
