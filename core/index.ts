export * as either from 'fp-ts/lib/Either.js'
export * as option from 'fp-ts/lib/Option.js'
export { type Aggregation, type AggregationSpec, aggregation } from './algebra/aggregation.ts'
export type { Codec, CodecSpec, Json } from './codec/codec.ts'
export * as codec from './codec/index.ts'
export { type Encoded, encoded } from './contract/encoded.ts'
export type { Service, ServiceBinding } from './contract/service.ts'
export type { Sink, SinkToken } from './contract/sink.ts'
export type {
  BatchLimits,
  OpenOptions,
  OpenSource,
  RefusedRecord,
  SourceBatch,
  SourceReader,
} from './contract/source-reader.ts'
export type { StoreChange, StorePosition, TransactionalStore } from './contract/transactional-store.ts'
export { type ErrorCode, type ErrorDetails, TanagerError } from './error.ts'
export { type Job, job } from './job.ts'
export { source } from './producer/fluent.ts'
export type { AsyncOptions, Change, KeyedProducer, Pair, Producer, Source, SumOptions, Tail } from './producer/producer.ts'
export { type AnySlot, type ServiceSlot, type SinkSlot, type SourceSlot, type StoreSlot, service, sink, store } from './slot/slot.ts'
export { type Duration, hopping, tumbling, type Window, type Windowing } from './time/window.ts'
