import { Worker } from 'node:worker_threads'
import type { Heart } from './watch.ts'

/** How often the watchdog looks, in milliseconds. */
const interval = 500

// A thread of its own, for the one it watches may be in a loop without end. It counts its own looks, not time: a process
// that was stopped as a whole, or a machine that was asleep, has not stood still. Nothing but a constant is run here.
const dog = `
  const { writeSync } = require('node:fs')
  const { workerData } = require('node:worker_threads')
  const { memory, looks, text } = workerData
  const [work, leave] = [0, 1]
  const shared = new Int32Array(memory)
  let seen = 0
  let since = 0
  while (Atomics.wait(shared, leave, 0, ${interval}) === 'timed-out') {
    const now = Atomics.load(shared, work)
    since = now !== 0 && now === seen ? since + 1 : 0
    seen = now
    if (since < looks) continue
    writeSync(2, text)
    process.kill(process.pid, 'SIGKILL')
  }
`

/** Ends this process when it stands still in the middle of some work: nobody else can, and others wait for its place. */
export class Watchdog implements Heart {
  readonly #shared: Int32Array
  #count = 0

  constructor(standstill: number) {
    const memory = new SharedArrayBuffer(8)
    this.#shared = new Int32Array(memory)
    const text = `tanager: a function has not come to an end for ${standstill} ms; this worker is ended, and its batch looked at closely\n`
    const workerData = { memory, looks: Math.max(2, Math.ceil(standstill / interval)), text }
    new Worker(dog, { eval: true, workerData, resourceLimits: { maxOldGenerationSizeMb: 8, maxYoungGenerationSizeMb: 1 } }).unref()
  }

  beat(): void {
    this.#count = (this.#count % 0x7fffffff) + 1
    this.#shared[0] = this.#count
  }

  rest(): void {
    this.#shared[0] = 0
  }

  leave(): void {
    Atomics.store(this.#shared, 1, 1)
    Atomics.notify(this.#shared, 1)
  }
}
