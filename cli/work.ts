import { setTimeout as sleep } from 'node:timers/promises'
import { deploymentOf, loadDeployable, rehearsalOf } from './deployment.ts'
import { exitCodeOf } from './fault.ts'
import { type RedisOptions, redisOfRun } from './options.ts'
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
  using word = new Word(options.rehearsal ?? false)
  const loaded = await loadDeployable(module)
  const redis = options.redis ?? (options.rehearsal ? process.env[redisOfRun] : undefined)
  const place = { ...options, timeout: 0, ...(redis === undefined ? {} : { redis }) }
  const app = await (options.rehearsal ? rehearsalOf : deploymentOf)(loaded, place)
  const { concurrency, timeout } = options
  const deployment = concurrency === undefined ? app : app.with({ concurrency })
  const starting = deployment.start(timeout === undefined ? {} : { timeout: timeout * 1000 })
  const worker = await Promise.race([starting, word.given])
  if (worker === undefined) return
  if (options.rehearsal) process.send?.('ready')
  else note(`${app.job.name}: ready, Redis at ${worker.redis}, keys under ${app.options.prefix ?? 'tanager'}, pid ${process.pid}`)
  await word.given
  if (!options.rehearsal) note(`${app.job.name}: ending, within ${options.grace} s; a second signal ends at once`)
  await Promise.race([worker.close({ grace: options.grace * 1000 }), sleep(options.grace * 1000 + slack)])
}

/** The word to end: the first signal gives time, the second ends us there and then. */
class Word implements Disposable {
  readonly #listeners: readonly (readonly [event: string, listener: (signal: NodeJS.Signals) => void])[]
  /** Answers when the first signal comes. */
  readonly given: Promise<void>

  constructor(rehearsal: boolean) {
    let give = () => {}
    this.given = new Promise((resolve) => {
      give = resolve
    })
    let before = false
    const listener = (signal: NodeJS.Signals) => {
      if (before) process.exit(exitCodeOf(signal))
      before = true
      give()
    }
    this.#listeners = [
      ['SIGTERM', listener],
      ['SIGHUP', listener],
      // A Ctrl-C reaches every process of a terminal; who has started us hears it too, and has more to think of.
      ['SIGINT', rehearsal ? () => {} : listener],
      ...(rehearsal ? [['disconnect', give] as const] : []),
    ]
    for (const [event, each] of this.#listeners) process.on(event, each)
  }

  [Symbol.dispose](): void {
    for (const [event, each] of this.#listeners) process.off(event, each)
  }
}
