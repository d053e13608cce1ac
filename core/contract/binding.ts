import type { CompileError } from '../job.ts'
import type { AnySlot, ServiceSlot, SinkSlot, SourceSlot, StoreSlot } from '../slot/slot.ts'

/**
 * What one platform binds to each kind of slot, as a type-level function: a platform fills the four in terms of
 * `this['T']` (an element), `this['K']` (a key), `this['V']` (a stored or looked-up value).
 */
export interface PlatformTypes {
  readonly T: unknown
  readonly K: unknown
  readonly V: unknown
  readonly Source: unknown
  readonly Store: unknown
  readonly Service: unknown
  readonly Sink: unknown
}

// biome-ignore-start lint/suspicious/noExplicitAny: positions that match every slot.
type BindingOf<P extends PlatformTypes, S> =
  S extends SourceSlot<any, infer T>
    ? (P & { readonly T: T })['Source']
    : S extends StoreSlot<any, infer K, infer V, any, any>
      ? (P & { readonly K: K; readonly V: V })['Store']
      : S extends ServiceSlot<any, infer K, infer V>
        ? (P & { readonly K: K; readonly V: V })['Service']
        : S extends SinkSlot<any, infer T>
          ? (P & { readonly T: T })['Sink']
          : never
// biome-ignore-end lint/suspicious/noExplicitAny: see above

type UnionToIntersection<U> = (U extends unknown ? (u: U) => void : never) extends (i: infer I) => void ? I : never
type IsUnion<U> = [U] extends [UnionToIntersection<U>] ? false : true

/** The slots of a job by their names. */
export type ByName<R extends AnySlot> = { readonly [S in R as S['name']]: S }

type Bound<P extends PlatformTypes, R extends AnySlot, N extends keyof ByName<R>> =
  IsUnion<ByName<R>[N]> extends true ? CompileError<`two different slots share the name '${N & string}'`> : BindingOf<P, ByName<R>[N]>

type NamesOf<R extends AnySlot, Kind extends AnySlot['kind']> = Extract<R, { readonly kind: Kind }>['name']

/** What a job must and may bind: slots of the kinds in `Required` must be there, all others may; nothing else is known. */
export type Bindings<P extends PlatformTypes, R extends AnySlot, Required extends AnySlot['kind']> = {
  readonly [N in NamesOf<R, Required>]: Bound<P, R, N>
} & {
  readonly [N in NamesOf<R, Exclude<AnySlot['kind'], Required>>]?: Bound<P, R, N>
}
