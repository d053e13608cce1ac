import { none, some } from 'fp-ts/lib/Option.js'
import type { Choices } from '../choices.ts'
import { type Expression, expression, toBoolean, toInt, toStr } from '../expression.ts'
import type { Exact } from '../flow.ts'
import type { Written } from '../link.ts'
import { type Shape, str } from '../shape.ts'

/** The order after a step that may change keys. */
export const unkeyed = ({ order }: Exact): Exact['order'] => (order === 'key' ? 'none' : order)

export const predicate = (shape: Shape, choices: Choices): Expression => ({ shape, ...toBoolean(shape, choices) })

/** An expression that answers `undefined` for some. */
export function perhaps(inner: Expression, choices: Choices): Expression {
  const keep = toBoolean(str, choices)
  return expression(
    inner.shape,
    (x) => (keep.of(x) ? inner.of(x) : undefined),
    (x) => `(${keep.text(x)} ? ${inner.text(x)} : undefined)`,
  )
}

export const asOption = ({ shape, of, text }: Expression): Expression =>
  expression(
    shape,
    (x) => {
      const found = of(x)
      return found === undefined ? none : some(found)
    },
    (x) => `fromNullable${text(x)}`,
  )

/** An expression into a given shape, where there is one. */
export function into(from: Shape, to: Shape, choices: Choices): Expression | undefined {
  if (to.kind === 'int') return toInt(from, choices)
  if (to.kind === 'str') return toStr(from, choices)
  if (to.kind !== 'pair') return undefined
  const [first, second] = [into(from, to.first, choices), into(from, to.second, choices)]
  if (first === undefined || second === undefined) return undefined
  return expression(
    to,
    (x) => [first.of(x), second.of(x)],
    (x) => `[${first.text(x)}, ${second.text(x)}]`,
  )
}

export function concurrency(choices: Choices): readonly Written[] {
  const limit = choices.pick([undefined, 1, 2, 4])
  return limit === undefined ? [] : [{ value: { concurrency: limit }, text: `{ concurrency: ${limit} }` }]
}
