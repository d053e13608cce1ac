import { memory } from '../../platforms/memory/index.ts'
import { Random } from '../../platforms/simulation/random.ts'
import { checkInputs, mostRecords } from './inputs.ts'
import type { Outcome, TestPlatform } from './platform.ts'

/** How the memory platform is put on trial. */
export interface OnMemoryOptions {
  /** How many records run as one batch; drawn from the seed unless given, from one to all of them. */
  readonly batchSize?: number
}

/**
 * The memory platform, on trial or to compare others with: for `expectSame`.
 *
 * ```ts
 * import { codec, job, source, store } from 'tanager'
 * import { sum } from 'tanager/algebra'
 * import { expectSame, onMemory } from 'tanager/testing'
 *
 * const words = source('words', { item: codec.string })
 * const counts = store('counts', { key: codec.string, sum })
 * const wordCount = job('word-count', words.map((w) => [w, 1] as const).sumByKey(counts))
 *
 * await expectSame(wordCount, { words: ['a', 'b', 'a'] }, [onMemory({ batchSize: 1 }), onMemory({ batchSize: 3 })])
 * ```
 */
export function onMemory({ batchSize }: OnMemoryOptions = {}): TestPlatform {
  return {
    name: 'memory',
    run: async (job, inputs, seed) => {
      const records = mostRecords(job, inputs)
      // From one at a time to all at once; of many, a thousand batches are enough to differ by.
      const least = Math.max(1, Math.ceil(records / 1000))
      const size = batchSize ?? Math.max(least, new Random(seed).pick([1, 2, 5, 20, 100, records]))
      const outcome = await memory({ batchSize: size })
        .on(job)
        .run(checkInputs(job, inputs) as never)
      return outcome as unknown as Outcome
    },
  }
}
