import * as fc from 'fast-check'
import { source } from '../../../core/producer/fluent.ts'
import { characters } from '../../values/leaves.ts'
import { digest, named } from './expression.ts'
import type { Exact } from './flow.ts'
import type { Features, Program } from './program.ts'
import { codecOf, integer, pair, type Shape, str } from './shape.ts'

export interface DrawnSource {
  readonly shape: Shape
  readonly items: readonly unknown[]
  readonly time: 'none' | 'always' | 'mostly'
}

// What has broken somebody's keys, JSON or scripts before.
const hostile = [
  '',
  '\0',
  '\n',
  '"',
  '\\',
  '__proto__',
  'constructor',
  '[]',
  '{}',
  'null',
  '0',
  '-0',
  '\u2028',
  '🐦',
  'a b',
  ':',
  '%',
  'é',
  'e\u0301',
]

const ints = fc.integer({ min: -20, max: 20 })
const texts = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom('a', 'b', 'c', 'ab', 'bad', 'k0', 'k1') },
  { weight: 1, arbitrary: fc.constantFrom(...hostile) },
  { weight: 1, arbitrary: fc.string({ maxLength: 4, unit: characters(fc) }) },
)

export function arbitrarySource(records: number, { failures }: Features): fc.Arbitrary<DrawnSource> {
  const time = fc.constantFrom<DrawnSource['time']>('none', 'always', 'always', failures ? 'mostly' : 'always')
  const of = (shape: Shape, items: fc.Arbitrary<unknown>) =>
    fc.record({ shape: fc.constant(shape), items: fc.array(items, { maxLength: records, size: 'max' }), time })
  return fc.oneof(
    { weight: 2, arbitrary: of(pair(str, integer), fc.tuple(texts, ints)) },
    { weight: 1, arbitrary: of(integer, ints) },
    { weight: 1, arbitrary: of(str, texts) },
  )
}

/** A source at the beginning of a program, with the records it will be given. */
export function addSource(program: Program, { shape, items, time }: DrawnSource): void {
  const name = program.fresh('in')
  const { codec, text } = codecOf(shape)
  const timestamp = {
    none: undefined,
    always: named('(x) => digest(x) * 700 - 20000', (x: unknown) => digest(x) * 700 - 20_000),
    mostly: named('(x) => (digest(x) % 11 === 0 ? NaN : digest(x) * 700)', (x: unknown) =>
      digest(x) % 11 === 0 ? Number.NaN : digest(x) * 700,
    ),
  }[time] as ((x: unknown) => number) | undefined
  const producer = source(name, { item: codec, ...(timestamp && { timestamp }) })
  program.inputs[name] = items
  const state = {
    kind: 'exact',
    shape,
    order: 'all',
    timed: time !== 'none',
    roots: new Set([name]),
    width: 1,
    depth: 0,
    mayFail: true,
    ended: false,
  } as const
  const code = `source('${name}', { item: ${text}${timestamp === undefined ? '' : `, timestamp: ${timestamp.name}`} })`
  program.declare(name, code)
  program.flows.push({ ...state, name, producer } as Exact)
}
