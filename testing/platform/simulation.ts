import { assertNever, TanagerError } from '../../core/error.ts'
import type { Job } from '../../core/job.ts'
import { type SimulationOptions, simulation } from '../../platforms/simulation/index.ts'
import { checkInputs, mostRecords } from './inputs.ts'
import type { Outcome, TestPlatform } from './platform.ts'

/** How the simulation is put on trial: as it is set up, but for the seed, which each run brings. */
export type OnSimulationOptions = Omit<SimulationOptions, 'seed'>

/**
 * A simulated cluster: several workers, partitions and clients that crash, stand still, meet and repeat themselves, with the
 * code that runs on the real one, in memory and in no real time. Everything is drawn from the seed of the run.
 *
 * ```ts
 * import { codec, job, source, store } from 'tanager'
 * import { sum } from 'tanager/algebra'
 * import { expectSame, onMemory, onSimulation } from 'tanager/testing'
 *
 * const words = source('words', { item: codec.string })
 * const counts = store('counts', { key: codec.string, sum })
 * const wordCount = job('word-count', words.map((w) => [w, 1] as const).sumByKey(counts))
 *
 * await expectSame(wordCount, { words: ['a', 'b', 'a'] }, [onMemory(), onSimulation({ partitions: 2, crashes: 0.2 })])
 * ```
 *
 * A run throws TanagerError `batch-failed` if some work is out of attempts, `timeout` if it does not come to rest.
 */
export function onSimulation(options: OnSimulationOptions = {}): TestPlatform {
  return {
    name: 'simulation',
    run: async (job, inputs, seed) => {
      const { failed, ...outcome } = await simulation({ ...sizedFor(mostRecords(job, inputs)), ...options, seed })
        .on(job)
        .run(checkInputs(job, inputs) as never)
      if (failed.length > 0) throw outOfAttempts(job, failed)
      return outcome as unknown as Outcome
    },
  }
}

type Failed = Awaited<ReturnType<ReturnType<ReturnType<typeof simulation>['on']>['run']>>['failed']

function outOfAttempts(job: Job, failed: Failed): TanagerError {
  const [first, ...others] = failed.map(({ pointer, error }) => `${workOf(pointer)}: ${error}`)
  const more = others.length === 0 ? '' : ` (and ${others.length} more)`
  return new TanagerError('batch-failed', `job ${job.name}: out of attempts is ${first}${more}`)
}

function workOf(pointer: Failed[number]['pointer']): string {
  switch (pointer.kind) {
    case 'stage':
      return `batch ${pointer.sequence} of ${pointer.stream}`
    case 'sum':
      return `a merge into ${pointer.store}`
    case 'sink':
      return `batch ${pointer.sequence} for the sink ${pointer.sink}`
    default:
      return assertNever(pointer)
  }
}

/** By itself the simulation is made for a few records, which it cuts into the smallest batches; many must be cut larger. */
function sizedFor(records: number): SimulationOptions {
  if (records <= few) return {}
  const scale = records / few
  return {
    batchRecords: Math.ceil(5 * scale),
    limits: { drainBytes: Math.ceil(100 * scale), drainKeys: Math.ceil(5 * scale), turn: 20, handBack: 20 },
    room: { stream: Math.ceil(500 * scale), inbox: Math.ceil(200 * scale) },
  }
}

const few = 500
