import type { Arbitrary } from 'fast-check'
import type { Aggregation } from '../../core/algebra/aggregation.ts'
import type { FastCheck } from '../fast-check.ts'

export interface Guess<In> {
  /** In words, for whoever is to judge whether the guess was right. */
  readonly like: string
  readonly inputs: Arbitrary<In>
}

/**
 * What an aggregation may be fed with. No codec tells, so it is tried: the first kind of value that `prepare` takes, whose
 * result the codec writes, and of which two can be merged and presented.
 */
export function guessInputs<V, In>(fc: FastCheck, aggregation: Aggregation<V, In, unknown>): Guess<In> | undefined {
  return kinds(fc).find(({ inputs }) => takes(aggregation, fc.sample(inputs, { numRuns: 20, seed: 1 }) as readonly In[])) as
    | Guess<In>
    | undefined
}

function kinds(fc: FastCheck): readonly Guess<unknown>[] {
  const whole = fc.oneof(fc.integer({ min: 0, max: 9 }), fc.integer({ min: 0, max: 1000 }))
  const text = fc.oneof(fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 2 }), fc.string({ maxLength: 8 }))
  return [
    { like: 'whole numbers', inputs: whole },
    { like: 'texts', inputs: text },
    { like: 'bigints', inputs: whole.map(BigInt) },
    { like: 'dates', inputs: whole.map((n) => new Date(n)) },
    { like: 'booleans', inputs: fc.boolean() },
    { like: 'bytes', inputs: fc.uint8Array({ maxLength: 8 }).map((bytes) => new Uint8Array(bytes)) },
    { like: '[text, number]', inputs: fc.tuple(text, whole) },
    { like: '[number, text]', inputs: fc.tuple(whole, text) },
    { like: '[number, number]', inputs: fc.tuple(whole, whole) },
    { like: '[text, number, number]', inputs: fc.tuple(text, whole, whole) },
    { like: 'maps from text to number', inputs: fc.array(fc.tuple(text, whole), { maxLength: 3 }).map((pairs) => new Map(pairs)) },
    { like: 'tables of numbers', inputs: fc.array(fc.tuple(text, whole), { maxLength: 3 }).map((pairs) => Object.fromEntries(pairs)) },
  ]
}

function takes<V, In>({ prepare, codec, semigroup, present }: Aggregation<V, In, unknown>, inputs: readonly In[]): boolean {
  try {
    for (const [i, input] of inputs.entries()) {
      codec.fromJson(codec.toJson(prepare(input)))
      const total = semigroup.concat(prepare(input), prepare(inputs[(i + 1) % inputs.length] as In))
      codec.encode(total)
      present(total)
    }
    return true
  } catch {
    return false
  }
}
