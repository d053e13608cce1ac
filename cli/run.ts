import { loadDeployable } from './deployment.ts'
import { Interrupt } from './interrupt.ts'
import { loadModule } from './module.ts'
import { note } from './output.ts'
import { printResults } from './results.ts'
import type { Distributed } from './run-bullmq.ts'
import { sourcesOf } from './sources.ts'
import { counted } from './text.ts'

export interface RunOptions extends Distributed {
  readonly source: readonly string[]
  readonly platform: 'memory' | 'bullmq'
  readonly deadLetters?: boolean
  readonly json?: boolean
}

/** Runs a job to the end of its files and prints what it comes to. */
export async function run(module: string, options: RunOptions): Promise<void> {
  const loaded = await (options.platform === 'memory' ? loadModule : loadDeployable)(module)
  const sources = sourcesOf(loaded.job, options.source)
  const started = performance.now()
  using interrupt = new Interrupt()
  const { results, records } =
    options.platform === 'memory'
      ? await (await import('./run-memory.ts')).runInMemory(loaded, sources, interrupt)
      : await (await import('./run-bullmq.ts')).runOnBullmq(loaded, sources, options, interrupt)
  const seconds = ((performance.now() - started) / 1000).toFixed(1)
  await printResults(results, { json: options.json ?? false, deadLetters: options.deadLetters ?? false })
  const dead = results.deadLetters.length
  const hint = options.deadLetters ? '' : ' (--dead-letters prints them)'
  note(`${counted(records, 'record')} in ${seconds} s${dead === 0 ? '' : `, ${counted(dead, 'dead letter')}${hint}`}`)
}
