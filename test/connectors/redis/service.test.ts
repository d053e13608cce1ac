import { codec, job, option, service, sink, source, store } from 'tanager'
import { sum } from 'tanager/algebra'
import { memory } from 'tanager/memory'
import { cached, readable, serviceOf } from 'tanager/store'
import { describe, expect, it } from 'vitest'
import { deployed } from '../../platforms/bullmq/deployed.ts'

const words = source('words', { item: codec.string })
const counts = store('counts', { key: codec.string, sum })
const seen = sink('seen', { item: codec.string })
const counting = job(
  'counting',
  words
    .write(seen)
    .map((word) => [word, 1] as const)
    .sumByKey(counts),
)

describe('a store of another job', () => {
  it('is a service, as its client reads it', async () => {
    await using there = await deployed(counting, { seen: { write: async () => {} } })
    await there.worker()
    const receipt = await there.client.send('words', ['a', 'b', 'a'])
    await there.client.settled({ after: receipt, timeout: 10_000 })
    const questions = source('questions', { item: codec.string })
    const known = service('known', { key: codec.string, value: codec.int })
    const answers = sink('answers', { item: codec.json<readonly [string, number]>() })
    const asking = job(
      'asking',
      questions
        .keyBy((word) => word)
        .leftJoin(known)
        .map(([word, [, count]]) => [word, option.getOrElse(() => -1)(count)] as const)
        .write(answers),
    )
    const asked = { questions: ['a', 'missing', 'b'] }
    const expected = [
      ['a', 2],
      ['missing', -1],
      ['b', 1],
    ]
    const reader = there.client.store('counts')
    for (const bound of [reader, serviceOf(cached(readable(reader), { key: codec.string, entries: 100 }))]) {
      const { sinks } = await memory()
        .on(asking)
        .run({ ...asked, known: bound })
      expect(sinks.answers).toEqual(expected)
    }
  })
})
