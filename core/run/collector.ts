import type { Json } from '../codec/codec.ts'
import type { AnySink, StorePlan } from '../plan/plan.ts'
import { keyText } from './key-text.ts'
import type { SinkWrites, StoreDelta } from './result.ts'

/** Where a stage's effects on one output gather during a batch. */
export interface Collector {
  /** @param record the record whose effect this is, by its place in the batch; its effects come one after the other */
  add(key: unknown, value: unknown, record: number): void
  /** The same for a record that adds once, as the last thing it does: it is never taken back, so nothing is kept for that. */
  addLast(key: unknown, value: unknown): void
  /** Takes back what the record has added, if it was the last to add. */
  undo(record: number): void
}

export interface SumCollector extends Collector {
  /** @throws TanagerError `encode` for a key or value that cannot be written. */
  finish(): StoreDelta
}

interface Cell {
  readonly id: unknown
  readonly key: unknown
  value: unknown
}

const absent = Symbol('no value before')

/** Merges as it goes, in a cell per key: one look-up per record, and `undefined` stays a value like any other. */
class Merging implements SumCollector {
  readonly #cells = new Map<unknown, Cell>()
  readonly #store: StorePlan
  readonly #concat: (a: unknown, b: unknown) => unknown
  readonly #identify: ((key: unknown) => unknown) | undefined
  // What the last record changed, and what was there before.
  readonly #changed: Cell[] = []
  readonly #before: unknown[] = []
  #changes = 0
  #record = -1

  constructor(store: StorePlan) {
    const { key, sum } = store.slot
    this.#store = store
    this.#concat = sum.semigroup.concat
    this.#identify = key.native ? undefined : key.encode
  }

  add(key: unknown, value: unknown, record: number): void {
    if (record !== this.#record) {
      this.#record = record
      this.#changes = 0
    }
    const id = this.#identify === undefined ? key : this.#identify(key)
    let cell = this.#cells.get(id)
    let before: unknown = absent
    if (cell === undefined) {
      cell = { id, key, value }
      this.#cells.set(id, cell)
    } else {
      before = cell.value
      cell.value = this.#concat(before, value)
    }
    this.#changed[this.#changes] = cell
    this.#before[this.#changes++] = before
  }

  addLast(key: unknown, value: unknown): void {
    const id = this.#identify === undefined ? key : this.#identify(key)
    const cell = this.#cells.get(id)
    if (cell === undefined) this.#cells.set(id, { id, key, value })
    else cell.value = this.#concat(cell.value, value)
  }

  undo(record: number): void {
    if (record !== this.#record) return
    while (this.#changes > 0) {
      const cell = this.#changed[--this.#changes] as Cell
      const before = this.#before[this.#changes]
      if (before === absent) this.#cells.delete(cell.id)
      else cell.value = before
    }
  }

  finish(): StoreDelta {
    const delta = columns(this.#store, this.#cells.size)
    for (const { key, value } of this.#cells.values()) delta.push(key, value)
    return delta.done
  }
}

/** How many values of a key are gathered before they are merged. */
const gathered = 1024

interface Heap {
  readonly key: unknown
  values: unknown[]
  /** How many values are merged without waiting for the end. */
  full: number
}

/**
 * Gathers the values of a key and merges many at once, for aggregations that do so faster. What a record has added stands
 * at the ends of its heaps until the next record comes, so it can be taken back.
 */
class Gathering implements SumCollector {
  readonly #heaps = new Map<unknown, Heap>()
  readonly #store: StorePlan
  readonly #concatMany: (values: readonly unknown[]) => unknown
  readonly #identify: ((key: unknown) => unknown) | undefined
  /** The heaps the last record has added to, once for each value. */
  #changed: Heap[] = []
  #record = -1

  constructor(store: StorePlan, concatMany: (values: readonly unknown[]) => unknown) {
    const { key } = store.slot
    this.#store = store
    this.#concatMany = concatMany
    this.#identify = key.native ? undefined : key.encode
  }

  add(key: unknown, value: unknown, record: number): void {
    if (record !== this.#record) {
      this.#record = record
      this.#mergeFull()
    }
    const heap = this.#heapOf(key)
    heap.values.push(value)
    this.#changed.push(heap)
  }

  addLast(key: unknown, value: unknown): void {
    const heap = this.#heapOf(key)
    heap.values.push(value)
    this.#mergeIfFull(heap)
  }

  #heapOf(key: unknown): Heap {
    const id = this.#identify === undefined ? key : this.#identify(key)
    let heap = this.#heaps.get(id)
    if (heap === undefined) {
      heap = { key, values: [], full: gathered }
      this.#heaps.set(id, heap)
    }
    return heap
  }

  #mergeFull(): void {
    for (const heap of this.#changed) this.#mergeIfFull(heap)
    this.#changed.length = 0
  }

  #mergeIfFull(heap: Heap): void {
    if (heap.values.length < heap.full) return
    try {
      heap.values = [this.#concatMany(heap.values)]
    } catch {
      // Not the fault of the record that is at it now. It is thrown again at the end, and then looked at more closely.
      heap.full = Number.POSITIVE_INFINITY
    }
  }

  undo(record: number): void {
    if (record !== this.#record) return
    for (const heap of this.#changed) heap.values.pop()
    this.#changed.length = 0
  }

  finish(): StoreDelta {
    const heaps = [...this.#heaps.values()].filter(({ values }) => values.length > 0)
    const delta = columns(this.#store, heaps.length)
    for (const { key, values } of heaps) delta.push(key, values.length === 1 ? values[0] : this.#concatMany(values))
    return delta.done
  }
}

/** Keeps every element apart, in order. */
class Listing implements Collector {
  readonly keys: unknown[] = []
  readonly values: unknown[] = []
  #record = -1
  #start = 0

  add(key: unknown, value: unknown, record: number): void {
    if (record !== this.#record) {
      this.#record = record
      this.#start = this.keys.length
    }
    this.addLast(key, value)
  }

  addLast(key: unknown, value: unknown): void {
    this.keys.push(key)
    this.values.push(value)
  }

  undo(record: number): void {
    if (record !== this.#record) return
    this.keys.length = this.#start
    this.values.length = this.#start
  }
}

/** For stores that emit for every element: nothing is merged before the store itself does. */
class ListingSum extends Listing implements SumCollector {
  readonly #store: StorePlan

  constructor(store: StorePlan) {
    super()
    this.#store = store
  }

  finish(): StoreDelta {
    const delta = columns(this.#store, this.keys.length)
    for (let i = 0; i < this.keys.length; i++) delta.push(this.keys[i], this.values[i])
    return delta.done
  }
}

/** @param closely whether it must be known of each value at once if it cannot be merged */
export function sumCollector(store: StorePlan, closely: boolean): SumCollector {
  const { concatMany } = store.slot.sum
  if (store.emit === 'every') return new ListingSum(store)
  return concatMany === undefined || closely ? new Merging(store) : new Gathering(store, concatMany)
}

export class WriteCollector extends Listing {
  readonly #sink: AnySink

  constructor(sink: AnySink) {
    super()
    this.#sink = sink
  }

  /** @throws TanagerError `encode` for an item that cannot be written. */
  finish(): SinkWrites {
    // One argument, no more: a codec of the user's may take a second for something else.
    return { sink: this.#sink.name, items: this.values, encoded: this.values.map((item) => this.#sink.item.encode(item)) }
  }
}

function columns({ slot }: StorePlan, length: number) {
  const done = {
    store: slot.name as string,
    keys: new Array<unknown>(length),
    encodedKeys: new Array<string>(length),
    values: new Array<unknown>(length),
    encodedValues: new Array<Json>(length),
  }
  const { encode } = slot.key
  const { toJson } = slot.sum.codec
  let at = 0
  const push = (key: unknown, value: unknown) => {
    done.keys[at] = key
    done.encodedKeys[at] = keyText(encode(key))
    done.values[at] = value
    done.encodedValues[at] = toJson(value)
    at += 1
  }
  return { done: done as StoreDelta, push }
}
