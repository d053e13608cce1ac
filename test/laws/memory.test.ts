import { describe, it } from 'vitest'
import { memory } from '../../platforms/memory/index.ts'
import { platformLaws } from '../../testing/laws/platform/laws.ts'
import type { TestPlatform } from '../../testing/platform/platform.ts'

const inMemory: TestPlatform = {
  name: 'memory',
  run: (job, inputs, seed) =>
    memory({ batchSize: 1 + (seed % 30) })
      .on(job)
      .run(inputs as never),
}

describe('the laws of memory', async () => {
  for (const { name, check } of await platformLaws(inMemory, { runs: 100 })) it(name, check)
})
