import { type Codec, cannotDecode, cannotEncode, ofJson } from '../../codec/codec.ts'
import type { AggregationSpec } from '../aggregation.ts'
import { addAll, type Expansion, expansion, type Partials, settled } from './expansion.ts'

/** How many there were, and the exact sums of some products of them. */
export type Sums = readonly [count: number, ...sums: (readonly number[])[]]

/** One input is kept as it is, so a single record is cheap; of two and more the sums are. So one total has one form. */
interface PowerSums<One> {
  readonly id: string
  /** How many sums there are. */
  readonly size: number
  readonly isOne: (value: One | Sums) => value is One
  /** The input, or an error. */
  readonly check: (input: One) => One
  /** Adds the products of one input to the sums. */
  readonly add: (sums: readonly Partials[], input: One) => void
}

export interface SumsOf<One> extends Pick<AggregationSpec<One | Sums, One, unknown>, 'semigroup' | 'value'> {
  readonly prepare: (input: One) => One
  readonly concatMany: (values: readonly (One | Sums)[]) => Sums | One
  readonly opened: (value: One | Sums) => Sums
}

/** What `moments` and `correlation` have in common. */
export function powerSums<One>({ id, size, isOne, check, add }: PowerSums<One>): SumsOf<One> {
  const total = (values: readonly (One | Sums)[]): Sums => {
    let count = 0
    const sums: Partials[] = Array.from({ length: size }, () => [])
    for (const value of values) {
      if (isOne(value)) {
        count += 1
        add(sums, value)
      } else {
        count += value[0]
        for (let i = 0; i < size; i++) addAll(sums[i] as Partials, value[i + 1] as Expansion)
      }
    }
    return [count, ...sums.map(settled)] as unknown as Sums
  }
  const many = (values: readonly (One | Sums)[]) => (values.length === 1 ? (values[0] as One | Sums) : total(values))
  return {
    value: codecOf(id, size, isOne, check),
    semigroup: { concat: (a, b) => total([a, b]) },
    prepare: check,
    concatMany: many,
    opened: (value) => (isOne(value) ? total([value]) : value),
  }
}

function codecOf<One>(id: string, size: number, isOne: PowerSums<One>['isOne'], check: (input: One) => One): Codec<One | Sums> {
  const allowed = `one input, or an array of a count from 2 and ${size} exact sums`
  const isSums = (value: unknown): value is Sums =>
    Array.isArray(value) && value.length === size + 1 && Number.isSafeInteger(value[0]) && value[0] > 1
  return ofJson<One | Sums>(
    id,
    (value) => {
      if (isOne(value)) return check(value) as never
      if (!isSums(value)) throw cannotEncode(id, value, allowed)
      const [count, ...sums] = value
      return [count, ...sums.map((sum) => expansion.toJson(sum))]
    },
    (json) => {
      const value = json as unknown as One | Sums
      if (isOne(value)) return check(value)
      if (!isSums(value)) throw cannotDecode(id, value, allowed)
      const [count, ...sums] = value
      return [count, ...sums.map((sum) => expansion.fromJson(sum))] as unknown as Sums
    },
  )
}
