import type { Json } from '../codec/codec.ts'
import type { AnySink, StorePlan } from '../plan/plan.ts'
import { keyText } from './key-text.ts'
import type { SinkWrites, StoreDelta } from './result.ts'

/** Where a stage's effects on one output gather during a batch. */
export interface Collector {
  /** @param record the record whose effect this is, by its place in the batch; its effects come one after the other */
  add(key: unknown, value: unknown, record: number): void
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

export const sumCollector = (store: StorePlan): SumCollector => (store.emit === 'every' ? new ListingSum(store) : new Merging(store))

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
