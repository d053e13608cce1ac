import { totalOf } from '../total.ts'
import { nothing, type Some, type SpaceSaver } from './value.ts'

interface Counter {
  readonly key: string
  count: number
  error: number
  /** Where it stands in the heap. */
  at: number
}

/** The counters while they are added to: by key, and in a heap with the one to be given up next on top. */
export class Counters {
  readonly #capacity: number
  #byKey = new Map<string, Counter>()
  #heap: Counter[] = []
  #total = 0

  constructor(capacity: number) {
    this.#capacity = capacity
  }

  add(value: SpaceSaver): void {
    if (value.kind === 'one') this.#addKey(value.key, value.count)
    else if (this.#total === 0) this.#load(value)
    else if (value.total > 0) this.#merge(value)
  }

  freeze(): SpaceSaver {
    const heap = this.#heap
    if (heap.length === 0) return nothing
    if (heap.length === 1) {
      const { key, count } = heap[0] as Counter
      return Object.freeze({ kind: 'one', key, count })
    }
    const order = heap.toSorted((a, b) => (before(a, b) ? 1 : -1))
    return Object.freeze({
      kind: 'some',
      total: this.#total,
      keys: Object.freeze(order.map(({ key }) => key)),
      counts: Float64Array.from(order, ({ count }) => count),
      errors: Float64Array.from(order, ({ error }) => error),
    })
  }

  /** One key: as a merge with a summary of that key alone would have it, in fewer steps. */
  #addKey(key: string, count: number): void {
    this.#total = totalOf(this.#total, count)
    const known = this.#byKey.get(key)
    if (known !== undefined) {
      known.count += count
      this.#sink(known)
      return
    }
    if (this.#heap.length < this.#capacity) {
      this.#enter(key, count, 0)
      return
    }
    // The new key takes the place of the rarest, and for all that is known may have come as often as that before.
    const rarest = this.#heap[0] as Counter
    this.#byKey.delete(rarest.key)
    const counter = { key, count: rarest.count + count, error: rarest.count, at: 0 }
    this.#byKey.set(key, counter)
    this.#heap[0] = counter
    this.#sink(counter)
  }

  #load({ total, keys, counts, errors }: Some): void {
    this.#total = total
    // Backwards: what ascends is a heap already.
    for (let i = keys.length - 1; i >= 0; i--) {
      const counter = { key: keys[i] as string, count: counts[i] as number, error: errors[i] as number, at: this.#heap.length }
      this.#byKey.set(counter.key, counter)
      this.#heap.push(counter)
    }
  }

  /** Agarwal et al.: a key that one side does not know counts there as the least the side has; the greatest are kept. */
  #merge(other: Some): void {
    const total = totalOf(this.#total, other.total)
    const capacity = this.#capacity
    const unseenHere = this.#heap.length < capacity ? 0 : (this.#heap[0] as Counter).count
    const unseenThere = other.keys.length < capacity ? 0 : (other.counts[capacity - 1] as number)
    const all = new Map<string, Counter>()
    for (const { key, count, error } of this.#heap) {
      all.set(key, { key, count: count + unseenThere, error: error + unseenThere, at: 0 })
    }
    for (let i = 0; i < other.keys.length; i++) {
      const key = other.keys[i] as string
      const count = other.counts[i] as number
      const error = other.errors[i] as number
      const known = all.get(key)
      if (known === undefined) {
        all.set(key, { key, count: count + unseenHere, error: error + unseenHere, at: 0 })
      } else {
        known.count += count - unseenThere
        known.error += error - unseenThere
      }
    }
    const kept = [...all.values()].sort((a, b) => (before(a, b) ? 1 : -1)).slice(0, capacity)
    this.#total = total
    this.#byKey = new Map()
    this.#heap = []
    for (let i = kept.length - 1; i >= 0; i--) {
      const counter = kept[i] as Counter
      counter.at = this.#heap.length
      this.#heap.push(counter)
      this.#byKey.set(counter.key, counter)
    }
  }

  #enter(key: string, count: number, error: number): void {
    const counter = { key, count, error, at: this.#heap.length }
    this.#byKey.set(key, counter)
    this.#heap.push(counter)
    this.#rise(counter)
  }

  #rise(counter: Counter): void {
    const heap = this.#heap
    let { at } = counter
    while (at > 0) {
      const above = heap[(at - 1) >> 1] as Counter
      if (!before(counter, above)) break
      heap[at] = above
      above.at = at
      at = (at - 1) >> 1
    }
    heap[at] = counter
    counter.at = at
  }

  #sink(counter: Counter): void {
    const heap = this.#heap
    const { length } = heap
    let { at } = counter
    for (;;) {
      let below = 2 * at + 1
      if (below >= length) break
      if (below + 1 < length && before(heap[below + 1] as Counter, heap[below] as Counter)) below += 1
      const next = heap[below] as Counter
      if (!before(next, counter)) break
      heap[at] = next
      next.at = at
      at = below
    }
    heap[at] = counter
    counter.at = at
  }
}

/** Whether the first is to be given up before the second. Keys settle ties, so that it never matters how things came to lie. */
function before(a: Counter, b: Counter): boolean {
  // Not by byText: in a full heap most counts are equal, and it would look at most keys twice.
  return a.count === b.count ? a.key > b.key : a.count < b.count
}
