import { aggregation } from '../../../core/algebra/aggregation.ts'
import { sum } from '../../../core/algebra/index.ts'
import { int } from '../../../core/codec/int.ts'
import { string } from '../../../core/codec/string.ts'
import { job } from '../../../core/job.ts'
import { source } from '../../../core/producer/fluent.ts'
import { service, sink, store } from '../../../core/slot/slot.ts'

const words = source('words', { item: string })
const numbers = source('numbers', { item: int, timestamp: (n) => n * 1000 })
const counts = store('counts', { key: string, sum })
const total = store('total', { key: string, sum })
const joined = aggregation<string>({ id: 'joined', value: string, semigroup: { concat: (a, b) => a + b } })
const text = store('text', { key: string, sum: joined })
const names = service('names', { key: string, value: string })
const out = sink('out', { item: string })

/** Counts words. */
export const counting = job('counting', words.map((word) => [word, 1] as const).sumByKey(counts))

/** One of everything: a service, a sink, a sum that is read, and one in which order counts. */
export const everything = job(
  'everything',
  words
    .map((word) => [word, 1] as const)
    .sumByKey(counts)
    .map(([, { delta }]) => ['all', delta] as const)
    .sumByKey(total),
  words.map((word) => ['all', word] as const).sumByKey(text),
  words
    .lookup(names)
    .map(([word, name]) => (name._tag === 'Some' ? name.value : word))
    .write(out),
)

/** Adds numbers, but for 13, to windows of ten seconds. */
export const adding = job(
  'adding',
  numbers
    .map((n) => {
      if (n === 13) throw new Error('unlucky')
      return n
    })
    .name('lucky')
    .map((n) => ['all', n] as const)
    .sumByKey(total),
)
