import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void

/** How many bytes each of many goes leaves behind, on average. */
export async function leftBehind(goes: number, go: () => Promise<unknown>): Promise<number> {
  // What is made once, by the first of them, is nobody's.
  for (let i = 0; i < goes / 10; i++) await go()
  collect()
  const before = process.memoryUsage().heapUsed
  for (let i = 0; i < goes; i++) await go()
  collect()
  return (process.memoryUsage().heapUsed - before) / goes
}
