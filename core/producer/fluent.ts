import { left, right } from 'fp-ts/lib/Either.js'
import type { Codec } from '../codec/codec.ts'
import { TanagerError } from '../error.ts'
import { alsoNode } from '../graph/node/also.ts'
import { asyncNode } from '../graph/node/async.ts'
import { joinNode } from '../graph/node/join.ts'
import { mergeNode } from '../graph/node/merge.ts'
import { nameNode } from '../graph/node/name.ts'
import { sourceNode } from '../graph/node/source.ts'
import { sumNode } from '../graph/node/sum.ts'
import { transformNode } from '../graph/node/transform.ts'
import { writeNode } from '../graph/node/write.ts'
import type { Node } from '../graph/node.ts'
import type { Operator } from '../graph/operator.ts'
import { type AnySlot, type SourceSlot, validName } from '../slot/slot.ts'
import { operators } from './lowering.ts'
import type { Element, Producer, Slots, Source, Tail } from './producer.ts'

// The typed face is `Producer`; this one class stands behind it for every element type, so its own types are loose.
// Verbs lower here, where they are written down: what a platform sees are the nine node kinds of `core/graph`.
// biome-ignore-start lint/suspicious/noExplicitAny: the erased implementation behind the typed interface.
type Fn = (a: any) => any

const defaultConcurrency = 16

class Fluent {
  declare readonly [Element]: any
  declare readonly [Slots]: any
  readonly node: Node

  constructor(node: Node) {
    this.node = node
  }

  #then(operator: Operator): Fluent {
    return new Fluent(transformNode(this.node, operator))
  }

  map = (fn: Fn) => this.#then(operators.map(fn))
  filter = (keep: Fn) => this.#then(operators.filter(keep))
  collect = (fn: Fn) => this.#then(operators.collect(fn))
  optionMap = (fn: Fn) => this.#then(operators.optionMap(fn))
  flatMap = (fn: Fn) => this.#then(operators.flatMap(fn))
  mapKeys = (fn: Fn) => this.#then(operators.mapKeys(fn))
  mapValues = (fn: Fn) => this.#then(operators.mapValues(fn))
  flatMapKeys = (fn: Fn) => this.#then(operators.flatMapKeys(fn))
  flatMapValues = (fn: Fn) => this.#then(operators.flatMapValues(fn))
  filterKeys = (keep: Fn) => this.#then(operators.filterKeys(keep))
  filterValues = (keep: Fn) => this.#then(operators.filterValues(keep))
  collectKeys = (fn: Fn) => this.#then(operators.collectKeys(fn))
  collectValues = (fn: Fn) => this.#then(operators.collectValues(fn))
  keys = () => this.#then(operators.keys)
  values = () => this.#then(operators.values)
  swap = () => this.#then(operators.swap)
  keyBy = (fn: Fn) => this.#then(operators.keyBy(fn))
  withTime = () => this.#then(operators.withTime)
  window = (windowing: any) => this.#then(operators.window(windowing))

  mapAsync = (fn: Fn, options: any = {}) =>
    new Fluent(asyncNode(this.node, 'mapAsync', async (a) => [await fn(a)], concurrencyOf('mapAsync', options)))

  flatMapAsync = (fn: Fn, options: any = {}) =>
    new Fluent(asyncNode(this.node, 'flatMapAsync', async (a) => fn(a), concurrencyOf('flatMapAsync', options)))

  merge = (that: Fluent) => new Fluent(mergeNode([this.node, that.node]))
  either = (that: Fluent) => this.map(left).merge(that.map(right))
  also = (that: Fluent) => new Fluent(alsoNode(this.node, that.node))
  name = (name: string) => new Fluent(nameNode(this.node, validName('step', name)))

  leftJoin = (slot: any) => new Fluent(joinNode(this.node, slotOf('service', slot)))
  lookup = (slot: any) =>
    this.map((a) => [a, undefined])
      .leftJoin(slot)
      .mapValues(([, found]) => found)

  write = (slot: any) => new Fluent(writeNode(this.node, slotOf('sink', slot)))
  sumByKey = (slot: any, options: any = {}) => new Fluent(sumNode(this.node, slotOf('store', slot), emitOf(options)))
  aggregateByKey = (slot: any, options: any = {}) =>
    this.#then(operators.prepare(slotOf('store', slot).sum.prepare)).sumByKey(slot, options)

  pipe = (fn: Fn) => fn(this)
}

function slotOf(kind: AnySlot['kind'], slot: any): any {
  if (slot?.kind !== kind)
    throw new TanagerError('invalid-option', `expected a ${kind}`, { value: slot?.kind ?? slot, allowed: `what ${kind}(…) answers` })
  return slot
}

function concurrencyOf(verb: string, { concurrency = defaultConcurrency }: { concurrency?: number }): number {
  if (!Number.isSafeInteger(concurrency) || concurrency < 1) {
    throw new TanagerError('invalid-option', `${verb}: concurrency`, { value: concurrency, allowed: 'a whole number from 1' })
  }
  return concurrency
}

function emitOf({ emit = 'merged' }: { emit?: unknown }): 'merged' | 'every' {
  if (emit !== 'merged' && emit !== 'every')
    throw new TanagerError('invalid-option', 'sumByKey: emit', { value: emit, allowed: "'merged' or 'every'" })
  return emit
}
// biome-ignore-end lint/suspicious/noExplicitAny: see above

/** A producer over a graph that is already there: for rewriting and for generated graphs. */
function fromNode<T = unknown, R extends AnySlot = AnySlot>(node: Node): Tail<T, R> {
  return new Fluent(node) as unknown as Tail<T, R>
}

/**
 * A source: where records enter a job, and the producer of them. A source used in several places is one source.
 *
 * ```ts
 * import { codec, source } from 'tanager'
 * const beacons = source('beacons', { item: codec.string })
 * ```
 */
export function source<const N extends string, T>(
  name: N,
  options: { readonly item: Codec<T>; readonly timestamp?: (item: T) => number },
): Source<N, T> {
  const slot: SourceSlot<N, T> = Object.freeze({ kind: 'source', name: validName('source', name), ...options })
  const producer = fromNode<T, SourceSlot<N, T>>(sourceNode(slot)) as Producer<T, SourceSlot<N, T>>
  return Object.assign(producer, { slot })
}
