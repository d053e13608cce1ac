import { readdirSync, readFileSync } from 'node:fs'

/** Milliseconds of processor time that the threads of a running process have used, as Linux tells. */
export function processorOf(pid: number): number {
  const threads = `/proc/${pid}/task`
  return readdirSync(threads).reduce((sum, thread) => {
    const [nanoseconds] = readFileSync(`${threads}/${thread}/schedstat`, 'utf8').split(' ')
    return sum + Number(nanoseconds) / 1e6
  }, 0)
}
