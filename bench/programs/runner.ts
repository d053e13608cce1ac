// A subprocess: one worker of a job, started and stopped as often as one likes.
import { readFileSync, writeFileSync } from 'node:fs'
import { appOf, type Setup } from '../subjects/setup.ts'
import { serve } from '../subprocess.ts'

let stop: () => Promise<void> = async () => {}

const steps = {
  /** Works until it is stopped. @returns the process to kill, should it be killed */
  begin: async (setup: Setup, redis: string) => {
    const worker = await appOf(setup, redis).start()
    stop = worker.close
    return process.pid
  },

  /** @returns processor seconds this process has used, ever */
  processor: async () => {
    const { user, system } = process.cpuUsage()
    return (user + system) / 1e6
  },

  /** @returns the most memory that was resident since the last time it was asked, in MB: the kernel of Linux keeps watch, so that no moment is missed */
  mostMemory: async () => {
    const [, kilobytes] = /^VmHWM:\s*(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8')) ?? []
    // Begins the watch anew, from what is resident now.
    writeFileSync('/proc/self/clear_refs', '5')
    return (Number(kilobytes) * 1024) / 1e6
  },

  stop: () => stop(),
}

export type Runner = typeof steps
serve(steps)
