import { onMemory } from '../../../testing/platform/memory.ts'
import type { Outcome, TestPlatform } from '../../../testing/platform/platform.ts'

/** A platform that is wrong in one way: what the memory platform comes to, and then something happens to it. */
export const wrong = (change: (outcome: Outcome) => Outcome): TestPlatform => ({
  name: 'wrong',
  run: async (job, inputs, seed) => change(await onMemory().run(job, inputs, seed)),
})

/** … or something happens to the records of a source before. */
export const feeding = (source: string, change: (records: readonly never[]) => readonly unknown[]): TestPlatform => ({
  name: 'wrong',
  run: (job, inputs, seed) =>
    onMemory({ batchSize: 2 }).run(job, { ...inputs, [source]: change(inputs[source] as readonly never[]) }, seed),
})
