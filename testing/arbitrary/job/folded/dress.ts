import { some } from 'fp-ts/lib/Option.js'
import type { Choices } from '../choices.ts'
import { concurrency } from '../exact/functions.ts'
import { type Bad, digest, type Expression, expression, fail, named, ticks } from '../expression.ts'
import { chain, type Link } from '../link.ts'
import type { Program } from '../program.ts'
import type { Shape } from '../shape.ts'
import { refuse, type Value } from './image.ts'
import type { Cell } from './pairs.ts'

/** `([k, v]) => [key, value]`, in the dress of some verb. */
interface Dress {
  readonly verb: string
  readonly text: (cell: string) => string
  readonly of: (cell: () => Cell) => unknown
  readonly waits?: boolean
}

const dresses: readonly Dress[] = [
  { verb: 'map', text: (cell) => cell, of: (cell) => cell() },
  { verb: 'collect', text: (cell) => cell, of: (cell) => cell() },
  { verb: 'flatMap', text: (cell) => `[${cell}]`, of: (cell) => [cell()] },
  { verb: 'optionMap', text: (cell) => `some(${cell})`, of: (cell) => some(cell()) },
  { verb: 'mapAsync', text: (cell) => cell, of: (cell) => cell(), waits: true },
  { verb: 'flatMapAsync', text: (cell) => `[${cell}]`, of: (cell) => [cell()], waits: true },
]

/** Any verb of whole elements, used to make each pair another. */
export function dressed(program: Program, link: Link, key: Expression, value: Value, refused: Bad | undefined, choices: Choices): Link {
  const { verb, text, of, waits } = choices.pick(dresses.filter((each) => program.features.waiting || !each.waits))
  const body = text(refuse(refused, 'k', `[${key.text('k')}, ${value.text('v')}]`))
  const cell = (k: unknown, v: unknown) => of(() => (refused?.is(k) ? fail() : [key.of(k), value.of(v)]))
  if (!waits)
    return chain(
      link,
      verb,
      named(`([k, v]) => ${body}`, ([k, v]: Cell) => cell(k, v)),
    )
  const fn = async ([k, v]: Cell) => {
    await ticks(digest(k) % 4)
    return cell(k, v)
  }
  return chain(link, verb, named(`async ([k, v]) => (await ticks(digest(k) % 4), ${body})`, fn), ...concurrency(choices))
}

export const sameKey = (shape: Shape) =>
  expression(
    shape,
    (k) => k,
    (k) => k,
  )
