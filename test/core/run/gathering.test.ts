import fc from 'fast-check'
import { aggregation, codec, job, source, store } from 'tanager'
import { memory } from 'tanager/memory'
import { describe, expect, it } from 'vitest'

const words = source('words', { item: codec.string })

/** Joins texts; the same with and without `concatMany`, of which it can be asked how often it was called. */
function joined(many: boolean) {
  let calls = 0
  const refuse = (text: string) => {
    if (text.includes('!')) throw new Error(`not ${text}`)
    return text
  }
  const sum = aggregation<string>({
    id: 'joined',
    value: codec.string,
    semigroup: { concat: (a, b) => refuse(a + b) },
    ...(many
      ? {
          concatMany: (values: readonly string[]) => {
            calls += 1
            return refuse(values.join(''))
          },
        }
      : {}),
  })
  const text = store('text', { key: codec.string, sum })
  const joining = job('joining', words.flatMap((word) => [...word].map((letter) => [letter, word] as const)).sumByKey(text))
  return { joining, calls: () => calls }
}

describe('an aggregation that merges many at once', () => {
  it('leaves what it would leave one by one, whatever is refused and whatever the batches', () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(fc.string({ unit: fc.constantFrom('a', 'b', '!'), minLength: 1, maxLength: 3 }), { maxLength: 40 }),
        fc.integer({ min: 1, max: 50 }),
        async (sent, batchSize) => {
          const [one, many] = await Promise.all(
            [false, true].map((is) => memory({ batchSize }).on(joined(is).joining).run({ words: sent })),
          )
          expect(many?.stores).toEqual(one?.stores)
          expect(many?.deadLetters).toEqual(one?.deadLetters)
        },
      ),
    ))

  it('is asked once for thousands of values, not once for each', async () => {
    const { joining, calls } = joined(true)
    const { stores } = await memory({ batchSize: 5000 })
      .on(joining)
      .run({ words: Array.from({ length: 5000 }, () => 'a') })
    expect(stores.text.get('a')).toBe('a'.repeat(5000))
    expect(calls()).toBeLessThan(10)
  })
})
