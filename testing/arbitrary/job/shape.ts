import type { Codec } from '../../../core/codec/codec.ts'
import { int } from '../../../core/codec/int.ts'
import { json } from '../../../core/codec/json.ts'
import { option } from '../../../core/codec/option.ts'
import { string } from '../../../core/codec/string.ts'
import { tuple } from '../../../core/codec/tuple.ts'

/** The type of an element, as far as a generated job has to know it. `text` tells shapes apart. */
export type Shape =
  | { readonly kind: 'int'; readonly text: 'int' }
  | { readonly kind: 'str'; readonly text: 'str' }
  | { readonly kind: 'pair'; readonly text: string; readonly first: Shape; readonly second: Shape }
  | { readonly kind: 'option'; readonly text: string; readonly of: Shape }
  | { readonly kind: 'either'; readonly text: string; readonly left: Shape; readonly right: Shape }

export type PairShape = Extract<Shape, { kind: 'pair' }>

export const integer: Shape = { kind: 'int', text: 'int' }
export const str: Shape = { kind: 'str', text: 'str' }
export const pair = (first: Shape, second: Shape): PairShape => ({ kind: 'pair', text: `[${first.text}, ${second.text}]`, first, second })
export const optional = (of: Shape): Shape => ({ kind: 'option', text: `Option<${of.text}>`, of })
export const eitherOf = (left: Shape, right: Shape): Shape => ({ kind: 'either', text: `Either<${left.text}, ${right.text}>`, left, right })

/** A codec, and how a user would write it. */
export interface WrittenCodec {
  readonly codec: Codec<unknown>
  readonly text: string
}

export function codecOf(shape: Shape): WrittenCodec {
  switch (shape.kind) {
    case 'int':
      return { codec: int as Codec<unknown>, text: 'codec.int' }
    case 'str':
      return { codec: string as Codec<unknown>, text: 'codec.string' }
    case 'pair': {
      const [first, second] = [codecOf(shape.first), codecOf(shape.second)]
      return { codec: tuple(first.codec, second.codec) as unknown as Codec<unknown>, text: `codec.tuple(${first.text}, ${second.text})` }
    }
    case 'option': {
      const of = codecOf(shape.of)
      return { codec: option(of.codec) as unknown as Codec<unknown>, text: `codec.option(${of.text})` }
    }
    case 'either':
      return { codec: json<unknown>(), text: 'codec.json()' }
  }
}
