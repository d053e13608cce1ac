import { type Codec, codec, job, source, store } from 'tanager'
import type { Aggregation } from 'tanager/algebra'
import { memory } from 'tanager/memory'

// How inputs come into an aggregation of ours: the same calls in ever more company. All answer what a reader would see.

type Many<V> = (values: readonly V[]) => V

// As much as a stage gathers of one key, as many records as a batch has, and batches that a drain finds under load.
const gathered = 1024
const batchSize = 5_000
const batchesPerDrain = 20

/** The raw path: inputs are prepared and merged, as many at a time as a stage gathers, each time with the total. */
export function raw<V, In, Out>({ prepare, concatMany, present }: Aggregation<V, In, Out>, inputs: readonly In[]): Out {
  let values: V[] = []
  for (const input of inputs) {
    values.push(prepare(input))
    if (values.length > gathered) values = [(concatMany as Many<V>)(values)]
  }
  return present((concatMany as Many<V>)(values))
}

/**
 * As workers do it: a stage gathers values up to the end of its batch and merges them on the way where there are many; a
 * drain merges what twenty batches have come to, and that with the total. Without what is written, sent and read between.
 */
export function asInAJob<V, In, Out>({ prepare, concatMany, semigroup, present }: Aggregation<V, In, Out>, inputs: readonly In[]): Out {
  const many = concatMany as Many<V>
  let total: V | undefined
  let deltas: V[] = []
  const drain = () => {
    const delta = many(deltas)
    total = total === undefined ? delta : semigroup.concat(total, delta)
    deltas = []
  }
  for (let start = 0; start < inputs.length; start += batchSize) {
    let values: V[] = []
    const end = Math.min(start + batchSize, inputs.length)
    for (let i = start; i < end; i++) {
      values.push(prepare(inputs[i] as In))
      if (values.length === gathered) values = [many(values)]
    }
    deltas.push(many(values))
    if (deltas.length === batchesPerDrain) drain()
  }
  if (deltas.length > 0) drain()
  return present(total as V)
}

/** A whole job on the memory platform: each input a record of its own, with all that keeps one that throws apart. */
export async function inAJob<V, In, Out>(sum: Aggregation<V, In, Out>, item: Codec<In>, inputs: readonly In[]): Promise<Out> {
  const records = source('records', { item })
  const totals = store('totals', { key: codec.string, sum })
  const adding = job('adding', records.map((record) => ['all', record] as const).aggregateByKey(totals))
  const { stores } = await memory().on(adding).run({ records: inputs })
  return stores.totals.get('all') as Out
}
