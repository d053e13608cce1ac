import { spawn } from 'node:child_process'
import { once } from 'node:events'
import type { Fault } from './fault.ts'

// By a shell, so that nobody is left standing for ever should we be killed meanwhile.
const hold = 'kill -STOP "$1"; sleep "$2"; kill -CONT "$1"'

export const zombie: Fault = {
  what: 'SIGSTOP of a worker for longer than its locks last, then SIGCONT',
  strike: async ({ workers }, random, struck) => {
    const worker = random.pick(workers)
    const seconds = 4 + 4 * random.next()
    struck()
    await once(spawn('/bin/sh', ['-c', hold, 'sh', String(worker.pid), seconds.toFixed(1)], { stdio: 'ignore', detached: true }), 'exit')
    return `${worker.name}, for ${seconds.toFixed(1)} s`
  },
}
