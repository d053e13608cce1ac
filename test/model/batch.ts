import { Cells, type List } from './cells.ts'
import type { Configuration, PartitionShape } from './configuration.ts'

// A bag of batches is one byte, two bits for each batch: how often it is in. More than four batches are never needed.
const most = 4
const bits = 2

/** The bag that holds one batch once. */
export const bagOf = (batch: number): number => {
  if (batch >= most) throw new Error(`no more than ${most} batches`)
  return 1 << (bits * batch)
}

/** How often a bag holds a batch. */
export const timesIn = (bag: number, batch: number): number => (bag >> (bits * batch)) & ((1 << bits) - 1)

/** What is left of a bag for a partition that some batches spare. */
export const addedTo = ({ spares = [] }: PartitionShape, bag: number): number => {
  let rest = bag
  for (const batch of spares) rest &= ~(bagOf(batch) * ((1 << bits) - 1))
  return rest
}

/** Some values, of no state. */
export const scratch = (capacity: number): List => new Cells().list(capacity)

/** How many bytes the values of a partition take: one bag, or, where order counts, one for each entry. */
export const bytesOf = ({ ordered }: PartitionShape, capacity: number): number => (ordered ? capacity : 1)

/** All that is in these bags. */
export function sumOf(bags: List): number {
  let sum = 0
  for (let i = 0; i < bags.length; i++) sum += bags.get(i)
  return sum
}

/** Merges entries into values, as the store's aggregation does. */
export function merge({ ordered }: PartitionShape, values: List, entries: List): void {
  if (ordered) {
    for (let i = 0; i < entries.length; i++) values.push(entries.get(i))
    return
  }
  const sum = sumOf(values) + sumOf(entries)
  values.clear()
  values.push(sum)
}

/** What batches are called: `a2` is the second of sender a. */
export function namesOf({ senders }: Configuration): (bag: number) => string {
  const names = senders.flatMap(({ name, batches }) => Array.from({ length: batches }, (_, i) => `${name}${i + 1}`))
  return (bag) => names.flatMap((name, batch) => Array.from({ length: timesIn(bag, batch) }, () => name)).join('+') || 'nothing'
}
