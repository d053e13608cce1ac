import { nameInId } from '../../codec/inside.ts'
import { put } from '../../codec/plain.ts'
import * as codec from '../../codec/struct.ts'
import { type Aggregation, aggregation } from '../aggregation.ts'
import { concatAll } from '../concat-all.ts'
import { packed } from './packed.ts'
import { type AnyAggregation, type InputOf, lawsOf, type OutputOf, type ValueOf } from './part.ts'

export type Parts = { readonly [name: string]: AnyAggregation }

export type StructAggregation<P extends Parts> = Aggregation<
  { readonly [N in keyof P]: ValueOf<P[N]> },
  { readonly [N in keyof P]: InputOf<P[N]> },
  { readonly [N in keyof P]: OutputOf<P[N]> }
>

type Fields = { readonly [name: string]: unknown }

/**
 * Aggregations side by side under names, each with the field of that name as its input; as `tuple` otherwise.
 *
 * Fields are written in the order of their names, so the order in which they are listed here means nothing.
 *
 * ```ts
 * import { codec, store } from 'tanager'
 * import { min, struct, sum } from 'tanager/algebra'
 * import { Ord } from 'fp-ts/lib/number.js'
 * const orders = store('orders', { key: codec.string, sum: struct({ value: sum, smallest: min(Ord) }) })
 * ```
 */
export function struct<P extends Parts>(parts: P): StructAggregation<P> {
  return structOf(parts, (inputs: Fields, name) => inputs[name]) as unknown as StructAggregation<P>
}

/** @param inputOf the input of a part, of all that comes in */
export function structOf<In>(parts: Parts, inputOf: (input: In, name: string) => unknown): Aggregation<Fields, In, Fields> {
  const all = Object.entries(parts).sort(([a], [b]) => (a < b ? -1 : 1))
  const build = (field: (part: AnyAggregation, name: string) => unknown): Fields => {
    const fields: Record<string, unknown> = {}
    for (const [name, part] of all) put(fields, name, field(part, name))
    return fields
  }
  const codecs: Record<string, AnyAggregation['codec']> = {}
  for (const [name, part] of all) put(codecs, name, part.codec)
  const every = (holds: (part: AnyAggregation, name: string) => boolean) => all.every(([name, part]) => holds(part, name))
  return aggregation<Fields, In, Fields>({
    id: `struct(${all.map(([name, { id }]) => `${nameInId(name)}:${id}`).join(',')})`,
    value: packed(codec.struct<Fields>(codecs), {
      formOf: () => 0,
      forms: [all.map(([, part]) => part.codec)],
      partsOf: (fields) => all.map(([name]) => fields[name]),
      whole: (values) => {
        let at = 0
        return build(() => values[at++])
      },
    }),
    semigroup: { concat: (a, b) => build((part, name) => part.semigroup.concat(a[name], b[name])) },
    ...lawsOf(Object.values(parts)),
    prepare: (input) => build((part, name) => part.prepare(inputOf(input, name))),
    present: (values) => build((part, name) => part.present(values[name])),
    ...(every((part) => 'empty' in part) ? { empty: Object.freeze(build((part) => part.empty)) } : {}),
    ...(all.some(([, part]) => part.concatMany !== undefined)
      ? {
          concatMany: (values: readonly Fields[]) =>
            build((part, name) =>
              concatAll(
                part,
                values.map((value) => value[name]),
              ),
            ),
        }
      : {}),
    ...(all.length > 0 && every((part) => part.isEmpty !== undefined)
      ? { isEmpty: (values: Fields) => every((part, name) => part.isEmpty?.(values[name]) === true) }
      : {}),
  })
}
