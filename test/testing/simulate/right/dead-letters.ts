import { codec, encoded, job, sink, source, store } from 'tanager'
import { count, sum } from 'tanager/algebra'
import type { Right } from '../harmless.ts'

const sizes = source('sizes', { item: codec.int })

export default {
  right: 'records that are refused each time, records that cannot be read, keys that cannot be written',
  job: job(
    'sizes',
    sizes
      .map((n) => {
        if (n % 10 === 7) throw new Error(`no sevens, and not ${n}`)
        return ['all', n] as const
      })
      .sumByKey(store('total', { key: codec.string, sum })),
    sizes
      .flatMap(function* (n) {
        yield n / 2
        if (n > 20) throw new Error('too large')
        yield n
      })
      .map((n) => [n, n] as const)
      .aggregateByKey(store('halves', { key: codec.int, sum: count })),
    sizes.filter((n) => n > 4).write(sink('large', { item: codec.int })),
  ),
  inputs: { sizes: encoded(['1', '2', 'two', '17', '', '5', '17', 'two', '22', '27', '4', '{}', '8']) },
} satisfies Right
