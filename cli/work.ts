import { setTimeout as sleep } from 'node:timers/promises'
import { deploymentOf, loadDeployable, rehearsalOf } from './deployment.ts'
import { exitCodeOf } from './fault.ts'
import type { RedisOptions } from './options.ts'
import { note } from './output.ts'

export interface WorkerOptions extends Omit<RedisOptions, 'timeout'> {
  readonly grace: number
  readonly timeout?: number
  readonly concurrency?: number
  /** Whether `tanager run` has started us: then it is for that process to say when to end, and our end is not to outlive it. */
  readonly rehearsal?: boolean
}

/** Beyond the grace given, for connections to close. */
const slack = 2000

/** Works until we are told to end. */
export async function work(module: string, options: WorkerOptions): Promise<void> {
  const told = toldToEnd(options.rehearsal ?? false)
  const loaded = await loadDeployable(module)
  const app = await (options.rehearsal ? rehearsalOf : deploymentOf)(loaded, { ...options, timeout: 0 })
  const { concurrency, timeout } = options
  const deployment = concurrency === undefined ? app : app.with({ concurrency })
  const starting = deployment.start(timeout === undefined ? {} : { timeout: timeout * 1000 })
  const worker = await Promise.race([starting, told])
  if (worker === undefined) return
  if (options.rehearsal) process.send?.('ready')
  else note(`${app.job.name}: ready, Redis at ${worker.redis}, keys under ${app.options.prefix ?? 'tanager'}, pid ${process.pid}`)
  await told
  if (!options.rehearsal) note(`${app.job.name}: ending, within ${options.grace} s; a second signal ends at once`)
  await Promise.race([worker.close({ grace: options.grace * 1000 }), sleep(options.grace * 1000 + slack)])
}

/** Answers when the first signal comes; the second ends us there and then. */
function toldToEnd(rehearsal: boolean): Promise<void> {
  return new Promise((resolve) => {
    let before = false
    const listener = (signal: NodeJS.Signals) => {
      if (before) process.exit(exitCodeOf(signal))
      before = true
      resolve()
    }
    process.on('SIGTERM', listener)
    // A Ctrl-C reaches every process of a terminal; who has started us hears it too.
    process.on('SIGINT', rehearsal ? () => {} : listener)
    process.on('SIGHUP', listener)
    if (rehearsal) process.once('disconnect', () => resolve())
  })
}
