import type { Aggregation } from '../aggregation.ts'

// biome-ignore lint/suspicious/noExplicitAny: erased; an aggregation is invariant in its value.
export type AnyAggregation = Aggregation<any, any, any>

/** What an aggregation keeps. */
export type ValueOf<A> = A extends Aggregation<infer V, infer _In, infer _Out> ? V : never
/** What an aggregation is given. */
export type InputOf<A> = A extends Aggregation<infer _V, infer In, infer _Out> ? In : never
/** What a reader of an aggregation sees. */
export type OutputOf<A> = A extends Aggregation<infer _V, infer _In, infer Out> ? Out : never

/** What every one of them can be given: the intersection of their inputs. */
export type CommonInput<A> = (A extends unknown ? (input: InputOf<A>) => void : never) extends (input: infer In) => void ? In : never

/** The laws that hold side by side, if they hold for each part. */
export function lawsOf(parts: readonly AnyAggregation[]): { readonly commutative: boolean; readonly idempotent: boolean } {
  return { commutative: parts.every((part) => part.commutative), idempotent: parts.every((part) => part.idempotent) }
}
