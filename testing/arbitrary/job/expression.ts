import type { Choices } from './choices.ts'
import { integer, pair, type Shape, str } from './shape.ts'

// biome-ignore lint/suspicious/noExplicitAny: shapes say at run time what the types cannot.
export type Fn = (x: any) => unknown

/** A pure function of one value, as something to call and as something to read. */
export interface Expression {
  readonly of: Fn
  readonly text: (x: string) => string
  readonly shape: Shape
}

export const expression = (shape: Shape, of: Expression['of'], text: Expression['text']): Expression => ({ shape, of, text })

/** What the texts below call. */
export const prelude = `const mod = (n, m) => ((n % m) + m) % m
const digest = (x) => [...JSON.stringify(x)].reduce((hash, c) => (hash * 31 + c.codePointAt(0)) % 97, 7)
const fail = () => { throw new Error('refused') }
const ticks = async (n) => { for (let i = 0; i < n; i++) await undefined }
const after = (concat, { before, delta }) => (isNone(before) ? delta : concat(before.value, delta))`

export const mod = (n: number, m: number): number => ((n % m) + m) % m

/** Any value as one of 97 numbers. */
export const digest = (x: unknown): number =>
  [...(JSON.stringify(x) ?? '')].reduce((hash, c) => (hash * 31 + (c.codePointAt(0) as number)) % 97, 7)

export const fail = (): never => {
  throw new Error('refused')
}

/** Waits for so many turns of the microtask queue, so that calls under way at one time end in another order. */
export async function ticks(n: number): Promise<void> {
  for (let i = 0; i < n; i++) await undefined
}

/** Some values of those there are: the ones on which a function throws, or for which something has no text. */
export interface Bad {
  readonly is: (x: unknown) => boolean
  readonly text: (x: string) => string
}

export function bad(choices: Choices): Bad {
  const modulus = choices.pick([7, 5, 11, 3])
  const rest = choices.below(modulus)
  return { is: (x) => digest(x) % modulus === rest, text: (x) => `digest(${x}) % ${modulus} === ${rest}` }
}

/** A function that carries its text as its name. */
export function named<F extends Fn>(text: string, fn: F): F {
  return Object.defineProperty(fn, 'name', { value: text })
}

/** `(x) => …`, throwing for what is bad. */
export function lambda({ of, text }: Expression, refused?: Bad): Fn {
  if (refused === undefined) return named(`(x) => ${text('x')}`, (x: unknown) => of(x))
  return named(`(x) => (${refused.text('x')} ? fail() : ${text('x')})`, (x: unknown) => (refused.is(x) ? fail() : of(x)))
}

/** The same, answering after a few turns. */
export function asyncLambda({ of, text }: Expression, refused?: Bad): Fn {
  const wait = 'async (x) => (await ticks(digest(x) % 4), '
  const body = refused === undefined ? text('x') : `${refused.text('x')} ? fail() : ${text('x')}`
  return named(`${wait}${body})`, async (x: unknown) => {
    await ticks(digest(x) % 4)
    return refused?.is(x) ? fail() : of(x)
  })
}

export const same = (shape: Shape): Expression =>
  expression(
    shape,
    (x) => x,
    (x) => x,
  )

/** Numbers stay small, and none is ever -0. */
export function toInt(from: Shape, choices: Choices): Expression {
  const m = choices.pick([3, 5, 2, 10])
  const generic = [
    expression(
      integer,
      (x) => digest(x) % m,
      (x) => `digest(${x}) % ${m}`,
    ),
    expression(
      integer,
      () => 1,
      () => '1',
    ),
    expression(
      integer,
      (x) => digest(x),
      (x) => `digest(${x})`,
    ),
  ]
  if (from.kind === 'int') {
    return choices.pick([
      same(integer),
      expression(
        integer,
        (x: number) => x + m,
        (x) => `${x} + ${m}`,
      ),
      expression(
        integer,
        (x: number) => mod(x, m),
        (x) => `mod(${x}, ${m})`,
      ),
      expression(
        integer,
        (x: number) => mod(x * m + 1, 97),
        (x) => `mod(${x} * ${m} + 1, 97)`,
      ),
      ...generic,
    ])
  }
  if (from.kind === 'str')
    return choices.pick([
      expression(
        integer,
        (x: string) => [...x].length,
        (x) => `[...${x}].length`,
      ),
      ...generic,
    ])
  return choices.pick(generic)
}

/** Texts are never cut inside a surrogate pair. */
export function toStr(from: Shape, choices: Choices): Expression {
  const m = choices.pick([3, 5, 2, 10])
  const generic = [
    expression(
      str,
      (x) => `k${digest(x) % m}`,
      (x) => `\`k\${digest(${x}) % ${m}}\``,
    ),
    expression(
      str,
      () => 'all',
      () => "'all'",
    ),
  ]
  if (from.kind !== 'str') return choices.pick(generic)
  return choices.pick([
    same(str),
    expression(
      str,
      (x: string) => [...x].slice(0, 1).join(''),
      (x) => `[...${x}].slice(0, 1).join('')`,
    ),
    expression(
      str,
      (x: string) => `${x}!`,
      (x) => `\`\${${x}}!\``,
    ),
    ...generic,
  ])
}

export const toScalar = (from: Shape, choices: Choices): Expression => (choices.once(2) ? toStr(from, choices) : toInt(from, choices))

/** Anything from anything. */
export function toAny(from: Shape, choices: Choices): Expression {
  switch (choices.below(5)) {
    case 0:
    case 1:
      return toScalar(from, choices)
    case 2:
      return same(from)
    default: {
      const [first, second] = [toScalar(from, choices), toScalar(from, choices)]
      return expression(
        pair(first.shape, second.shape),
        (x) => [first.of(x), second.of(x)],
        (x) => `[${first.text(x)}, ${second.text(x)}]`,
      )
    }
  }
}

/** None to three of something. */
export function toMany(from: Shape, choices: Choices): Expression {
  if (from.kind === 'str' && choices.once(3))
    return expression(
      str,
      (x: string) => [...x].slice(0, 3),
      (x) => `[...${x}].slice(0, 3)`,
    )
  const each = toScalar(from, choices)
  const count = (x: unknown) => digest(x) % 4
  if (each.shape.kind === 'int') {
    return expression(
      integer,
      (x) => Array.from({ length: count(x) }, (_, i) => (each.of(x) as number) + i),
      (x) => `Array.from({ length: digest(${x}) % 4 }, (_, i) => ${each.text(x)} + i)`,
    )
  }
  return expression(
    str,
    (x) => Array.from({ length: count(x) }, (_, i) => `${each.of(x)}${i}`),
    (x) => `Array.from({ length: digest(${x}) % 4 }, (_, i) => ${each.text(x)} + i)`,
  )
}

/** Holds for most. */
export function toBoolean(from: Shape, choices: Choices): { readonly of: (x: unknown) => boolean; readonly text: (x: string) => string } {
  if (from.kind === 'int' && choices.once(2)) return { of: (x) => (x as number) > 0, text: (x) => `${x} > 0` }
  const modulus = choices.pick([3, 2, 7])
  const rest = choices.below(modulus)
  return { of: (x) => digest(x) % modulus !== rest, text: (x) => `digest(${x}) % ${modulus} !== ${rest}` }
}
