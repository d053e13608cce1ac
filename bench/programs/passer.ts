// A subprocess: runs a job in its own memory, or what one would write by hand instead, again and again.
import { type SubjectName, subjects } from '../subjects/index.ts'
import { type Answer, mustAgree, type Shape, type Subject } from '../subjects/subject.ts'
import { serve } from '../subprocess.ts'

export type Way = 'inMemory' | 'byHand'

let run: () => Promise<Answer> = async () => ({})
let check: (found: Answer) => void = () => {}
let found: Answer = {}

const steps = {
  /** @returns the mean length of a record */
  prepare: async (name: SubjectName, shape: Shape, count: number, way: Way) => {
    const subject: Subject = subjects[name]
    const work = subject[way]
    if (work === undefined) throw new Error(`nobody has written down how to do ${subject.label} by hand`)
    const supply = subject.supply(shape)
    const records = Array.from({ length: count }, () => Buffer.from(supply.next()).toString('latin1'))
    run = async () => work(records)
    check = (found) => mustAgree(`${subject.label}, ${way}`, found, supply.answer(), subject.agrees)
    return records.reduce((sum, { length }) => sum + length, 0) / count
  },

  /** @returns how many seconds it took, by the clock and of this process's processor time */
  pass: async () => {
    // What earlier passes left behind is not this one's to clean up.
    globalThis.gc?.()
    const before = process.cpuUsage()
    const begin = performance.now()
    found = await run()
    const seconds = (performance.now() - begin) / 1000
    const { user, system } = process.cpuUsage(before)
    return { seconds, cpu: (user + system) / 1e6 }
  },

  /** Of the last pass. */
  check: async () => check(found),
}

export type Passer = typeof steps
serve(steps)
