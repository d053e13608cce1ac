import type { AnySlot, SinkSlot, StoreSlot } from '../slot/slot.ts'

/** Each store of a job by its name, as a reader sees it: keys and presented values. */
export type StoresOf<R extends AnySlot> = {
  readonly [S in Extract<R, { kind: 'store' }> as S['name']]: S extends StoreSlot<string, infer K, infer _V, infer _In, infer Out>
    ? ReadonlyMap<K, Out>
    : never
}

/** Each sink of a job by its name: what was written to it. */
export type SinksOf<R extends AnySlot> = {
  readonly [S in Extract<R, { kind: 'sink' }> as S['name']]: S extends SinkSlot<string, infer T> ? readonly T[] : never
}
