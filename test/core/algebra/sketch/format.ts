import { expect, it } from 'vitest'
import type { Aggregation } from '../../../../core/algebra/aggregation.ts'

/**
 * What stores hold today is read tomorrow. These texts change only together with the version of their codec: also if the hash
 * changed, or when a sketch goes over to another form.
 */
export function staysWritten<V, In>(
  { empty, prepare, concatMany, codec, present }: Aggregation<V, In, unknown>,
  cases: readonly (readonly [inputs: readonly In[], text: string])[],
): void {
  it.each(cases.map(([inputs, text]) => ({ inputs, text })))('writes $inputs as it always did', ({ inputs, text }) => {
    const value = inputs.length === 0 ? (empty as V) : (concatMany as (values: readonly V[]) => V)(inputs.map(prepare))
    expect(codec.encode(value)).toBe(text)
    expect(codec.decode(text)).toEqual(value)
    expect(JSON.stringify(present(codec.decode(text)))).toBe(JSON.stringify(present(value)))
  })
}
