import { type Aggregation, aggregation } from '../../../core/algebra/aggregation.ts'
import type { Choices } from './choices.ts'
import { digest, type Expression, expression, mod, same } from './expression.ts'
import { codecOf, integer, pair, type Shape, str } from './shape.ts'

/** An aggregation a generated store may have, and what its sums may become without anyone seeing how they were cut. */
export interface Summing {
  /** How a user would write it. */
  readonly text: string
  readonly shape: Shape
  // biome-ignore lint/suspicious/noExplicitAny: erased; a codec is invariant in its type.
  readonly aggregation: Aggregation<any, any, any>
  /** Functions `h` from here into another aggregation, with `h(a · b) = h(a) · h(b)`. */
  readonly images: (choices: Choices) => readonly Image[]
}

export interface Image {
  readonly to: Summing
  readonly by: Expression
}

type Concat<V> = (a: V, b: V) => V

function summing<V>(text: string, shape: Shape, commutative: boolean, concat: Concat<V>, images: Summing['images']): Summing {
  const made = aggregation<V>({ id: text, value: codecOf(shape).codec as never, commutative, semigroup: { concat } })
  return { text, shape, aggregation: made, images }
}

const chars = (s: string) => [...s]
const sorted = (s: string) => [...new Set(s)].sort().join('')

export const sum: Summing = summing<number>(
  'sum',
  integer,
  true,
  (a, b) => a + b,
  (choices) => [
    { to: sum, by: same(integer) },
    { to: sum, by: times(choices.below(4)) },
  ],
)

/** How a store may sum that keeps no zeros. What it passes on is `sum` all the same. */
export const tally: Summing = {
  ...sum,
  text: 'tally',
  aggregation: Object.freeze({ ...sum.aggregation, id: 'tally', isEmpty: (total: number) => total === 0 }),
}

// `+ 0`, so that no zero is -0.
const times = (k: number) =>
  expression(
    integer,
    (x: number) => x * k + 0,
    (x) => `${x} * ${k} + 0`,
  )

// All of them monotone, so they pass through `max` and `min`.
const monotone = (choices: Choices) =>
  choices.pick([
    same(integer),
    expression(
      integer,
      (x: number) => x + 3,
      (x) => `${x} + 3`,
    ),
    expression(
      integer,
      (x: number) => x * 2,
      (x) => `${x} * 2`,
    ),
    expression(
      integer,
      (x: number) => Math.min(x, 10),
      (x) => `Math.min(${x}, 10)`,
    ),
  ])
const negated = expression(
  integer,
  (x: number) => 0 - x,
  (x) => `0 - ${x}`,
)

export const max: Summing = summing<number>(
  'max',
  integer,
  true,
  (a, b) => Math.max(a, b),
  (choices) => [
    { to: max, by: monotone(choices) },
    { to: min, by: negated },
  ],
)

const min: Summing = summing<number>(
  'min',
  integer,
  true,
  (a, b) => Math.min(a, b),
  (choices) => [
    { to: min, by: monotone(choices) },
    { to: max, by: negated },
  ],
)

const highest = expression(
  integer,
  (x: string) => Math.max(0, ...chars(x).map((c) => c.codePointAt(0) as number)),
  (x) => `Math.max(0, ...[...${x}].map((c) => c.codePointAt(0)))`,
)
const withoutA = expression(
  str,
  (x: string) =>
    chars(x)
      .filter((c) => c !== 'a')
      .join(''),
  (x) => `[...${x}].filter((c) => c !== 'a').join('')`,
)

/** The set of all characters, as a text in order. */
const letters: Summing = summing<string>(
  'letters',
  str,
  true,
  (a, b) => sorted(a + b),
  () => [
    { to: letters, by: same(str) },
    { to: letters, by: withoutA },
    { to: max, by: highest },
  ],
)

const concat: Summing = summing<string>(
  'concat',
  str,
  false,
  (a, b) => a + b,
  () => [
    { to: concat, by: same(str) },
    { to: concat, by: withoutA },
    {
      to: concat,
      by: expression(
        str,
        (x: string) =>
          chars(x)
            .map((c) => `${c}${c}`)
            .join(''),
        (x) => `[...${x}].map((c) => c + c).join('')`,
      ),
    },
    {
      to: sum,
      by: expression(
        integer,
        (x: string) => chars(x).length,
        (x) => `[...${x}].length`,
      ),
    },
    { to: letters, by: expression(str, sorted, (x) => `[...new Set(${x})].sort().join('')`) },
    { to: max, by: highest },
  ],
)

// Any function of a value passes through `first` and `last`: they never look at it.
function ends(text: string, shape: Shape, choose: Concat<unknown>): Summing {
  const self: Summing = summing<unknown>(text, shape, false, choose, (choices) => {
    const m = choices.pick([3, 5])
    const altered =
      shape.kind === 'int'
        ? expression(
            integer,
            (x: number) => mod(x, m),
            (x) => `mod(${x}, ${m})`,
          )
        : expression(
            str,
            (x: string) => `${x}!`,
            (x) => `\`\${${x}}!\``,
          )
    return [
      { to: self, by: same(shape) },
      { to: self, by: altered },
    ]
  })
  return self
}

const firstInt = ends('first', integer, (a) => a)
const lastInt = ends('last', integer, (_, b) => b)
const firstStr = ends('firstText', str, (a) => a)
const lastStr = ends('lastText', str, (_, b) => b)

/** Keeps the sum and how many there were; shows the mean. */
const meanShape = pair(integer, integer)
export const mean: Summing = {
  text: 'mean',
  shape: meanShape,
  aggregation: aggregation<readonly [number, number], unknown, number>({
    id: 'mean',
    value: codecOf(meanShape).codec as never,
    commutative: true,
    semigroup: { concat: ([a, m], [b, n]) => [a + b, m + n] },
    prepare: (x) => [digest(x), 1],
    present: ([total, count]) => total / count,
  }),
  images: () => [
    { to: mean, by: same(meanShape) },
    {
      to: sum,
      by: expression(
        integer,
        (x: readonly [number, number]) => x[0],
        (x) => `${x}[0]`,
      ),
    },
    {
      to: sum,
      by: expression(
        integer,
        (x: readonly [number, number]) => x[1],
        (x) => `${x}[1]`,
      ),
    },
  ],
}

/** The aggregations that values of a shape may go into; those that do not commute only where an order is promised. */
export function summingsOf(shape: Shape, ordered: boolean): readonly Summing[] {
  if (shape.kind === 'int') return ordered ? [sum, lastInt, max, firstInt, min] : [sum, max, min]
  if (shape.kind === 'str') return ordered ? [concat, letters, lastStr, firstStr] : [letters]
  return []
}

/** What aggregations the description of a job calls by name. */
export const summingPrelude = `const sum = aggregation({ value: codec.int, commutative: true, semigroup: { concat: (a, b) => a + b } })
const tally = aggregation({ value: codec.int, commutative: true, semigroup: sum.semigroup, isEmpty: (total) => total === 0 })
const max = aggregation({ value: codec.int, commutative: true, semigroup: { concat: (a, b) => Math.max(a, b) } })
const min = aggregation({ value: codec.int, commutative: true, semigroup: { concat: (a, b) => Math.min(a, b) } })
const letters = aggregation({ value: codec.string, commutative: true,
  semigroup: { concat: (a, b) => [...new Set(a + b)].sort().join('') } })
const concat = aggregation({ value: codec.string, semigroup: { concat: (a, b) => a + b } })
const first = aggregation({ value: codec.int, semigroup: { concat: (a, b) => a } })
const last = aggregation({ value: codec.int, semigroup: { concat: (a, b) => b } })
const firstText = aggregation({ value: codec.string, semigroup: { concat: (a, b) => a } })
const lastText = aggregation({ value: codec.string, semigroup: { concat: (a, b) => b } })
const mean = aggregation({ value: codec.tuple(codec.int, codec.int), commutative: true,
  semigroup: { concat: ([a, m], [b, n]) => [a + b, m + n] }, prepare: (x) => [digest(x), 1], present: ([total, count]) => total / count })`
