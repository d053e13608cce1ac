import type { Fault } from './fault.ts'

/** What the command promises to take at most (10 s), and a little for a machine that is busy. */
const patience = 15_000

export const term: Fault = {
  what: 'SIGTERM of a worker at work',
  strike: async ({ workers, find }, random, struck) => {
    const worker = random.pick(workers)
    struck()
    const { how, after, alone } = await worker.end('SIGTERM', patience)
    // One that has only begun to start knows no better than to end there and then.
    if (alone && how !== 'exit code 0' && how !== 'SIGTERM')
      find({ kind: 'process', what: `${worker.name}, told to end, ended with ${how}` })
    return `${worker.name}, gone after ${Math.round(after)} ms`
  },
}
