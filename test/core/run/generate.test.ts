import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { asService } from '../../../core/contract/service.ts'
import { planOf } from '../../../core/plan/index.ts'
import { executorOf } from '../../../core/run/executor.ts'
import { arbitraryJob } from '../../../testing/arbitrary/job.ts'

describe('a stage as generated code', () => {
  it('does what its closures do, dead letters and all', () =>
    fc.assert(
      fc.asyncProperty(arbitraryJob(), async ({ job, inputs }) => {
        const plan = planOf(job)
        const services = (name: string) => asService(name, inputs[name] as ReadonlyMap<unknown, unknown>)
        for (const { name, from } of plan.streams) {
          if (from !== 'source') continue
          const batch = { records: [...(inputs[name] as Iterable<unknown>)], encoded: false }
          const results = await Promise.all([true, false].map((generated) => executorOf(plan, name, services, { generated }).run(batch)))
          expect(results[0]).toEqual(results[1])
        }
      }),
      { numRuns: 150 },
    ))

  it('is done without where the runtime forbids code from text', async () => {
    const script = `
      import { codec, job, source, store } from 'tanager'
      import { sum } from 'tanager/algebra'
      import { memory } from 'tanager/memory'
      const words = source('words', { item: codec.string })
      const counts = store('counts', { key: codec.string, sum })
      const wordCount = job('word-count', words.map((w) => [w, 1]).sumByKey(counts))
      console.log(JSON.stringify([...(await memory().on(wordCount).run({ words: ['a', 'b', 'a'] })).stores.counts]))
    `
    const args = [
      '--disallow-code-generation-from-strings',
      '--conditions=tanager-source',
      '--import',
      'tsx',
      '--input-type=module',
      '-e',
      script,
    ]
    const root = fileURLToPath(new URL('../../..', import.meta.url))
    const output = await new Promise<string>((resolve) => {
      execFile(process.execPath, args, { cwd: root }, (_error, stdout, stderr) => resolve(stdout + stderr))
    })
    expect(output.trim()).toBe('[["a",2],["b",1]]')
  })
})
