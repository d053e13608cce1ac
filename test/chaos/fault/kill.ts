import type { Fault } from './fault.ts'

export const kill: Fault = {
  what: 'SIGKILL of a worker',
  strike: async ({ workers }, random, struck) => {
    const worker = random.pick(workers)
    struck()
    await worker.end('SIGKILL')
    return worker.name
  },
}
