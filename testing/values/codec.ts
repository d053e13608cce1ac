import type { Arbitrary } from 'fast-check'
import { none, some } from 'fp-ts/lib/Option.js'
import type { Codec } from '../../core/codec/codec.ts'
import { put } from '../../core/codec/plain.ts'
import { assertNever, messageOf, TanagerError } from '../../core/error.ts'
import { shown } from '../compare/shown.ts'
import { type FastCheck, fastCheck } from '../fast-check.ts'
import { leafValues, type Range } from './leaves.ts'
import { type Shape, shapeOf } from './shape.ts'

/** Values, or why there are none. */
export type Made<A> = { readonly values: Arbitrary<A> } | { readonly impossible: string }

/**
 * Values that a codec can write, for fast-check. They can be made up for the codecs in `codec` and all that is made of
 * them, but not for one made by `codec.of` or `codec.standard`.
 *
 * @throws TanagerError `invalid-option` where they cannot
 */
export async function valuesOf<A>(codec: Codec<A>): Promise<Arbitrary<A>> {
  const made = madeOf(await fastCheck(), codec, 'all')
  if ('values' in made) return made.values
  throw new TanagerError('invalid-option', made.impossible, { remedy: 'Make an arbitrary of your own.' })
}

export function madeOf<A>(fc: FastCheck, codec: Codec<A>, range: Range): Made<A> {
  const shape = shapeOf(codec)
  if (shape.kind === 'unknown') return { impossible: `nobody but you knows the values of the codec ${shape.id}` }
  if (range === 'moderate' && holdsAnything(shape)) {
    return { impossible: `codec.json() takes any JSON and does not tell which is meant (${codec.id})` }
  }
  const values = valuesLike(fc, shape, range) as Arbitrary<A>
  // A codec of somebody's may have the name of one of ours and take other values.
  const fault = fc
    .sample(values, { numRuns: 50, seed: 1 })
    .map((value) => faultOf(codec, value))
    .find((found) => found !== undefined)
  return fault === undefined ? { values } : { impossible: fault }
}

/** Why a codec cannot write a value. */
function faultOf<A>(codec: Codec<A>, value: A): string | undefined {
  try {
    codec.encode(value)
    return undefined
  } catch (thrown) {
    return `the codec ${codec.id} refuses ${shown(value)}: ${messageOf(thrown)}`
  }
}

function holdsAnything(shape: Shape): boolean {
  switch (shape.kind) {
    case 'leaf':
      return shape.name === 'json'
    case 'tuple':
      return shape.parts.some(holdsAnything)
    case 'struct':
      return shape.fields.some(([, field]) => holdsAnything(field))
    case 'map':
      return holdsAnything(shape.key) || holdsAnything(shape.value)
    case 'option':
    case 'array':
    case 'record':
      return holdsAnything(shape.part)
    default:
      return assertNever(shape)
  }
}

function valuesLike(fc: FastCheck, shape: Shape, range: Range): Arbitrary<unknown> {
  const like = (part: Shape) => valuesLike(fc, part, range)
  switch (shape.kind) {
    case 'leaf':
      return leafValues(fc, shape.name, range)
    case 'tuple':
      return fc.tuple(...shape.parts.map(like))
    case 'struct':
      return fc.tuple(...shape.fields.map(([, field]) => like(field))).map((all) => table(shape.fields.map(([name], i) => [name, all[i]])))
    case 'option':
      return fc.option(like(shape.part).map(some), { nil: none })
    case 'array':
      return fc.array(like(shape.part), { maxLength: 5 })
    case 'record':
      return fc.array(fc.tuple(leafValues(fc, 'string', range) as Arbitrary<string>, like(shape.part)), { maxLength: 4 }).map(table)
    case 'map':
      return fc
        .uniqueArray(fc.tuple(like(shape.key), like(shape.value)), { maxLength: 4, selector: ([key]) => shown(key) })
        .map((entries) => new Map(entries))
    default:
      return assertNever(shape)
  }
}

function table(fields: readonly (readonly [string, unknown])[]): Readonly<Record<string, unknown>> {
  const all: Record<string, unknown> = {}
  for (const [name, value] of fields) put(all, name, value)
  return all
}
