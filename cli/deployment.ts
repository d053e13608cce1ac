import { basename } from 'node:path'
import { messageOf, TanagerError } from '../core/error.ts'
import type { AnySlot } from '../core/slot/slot.ts'
import type { BullmqApp, BullmqOptions, Client } from '../platforms/bullmq/index.ts'
import { usage } from './fault.ts'
import { type Loaded, loadModule } from './module.ts'
import type { RedisOptions } from './options.ts'
import { note } from './output.ts'

/**
 * Loads a module that is to be deployed. The platform first: its module would load it too, and once there is somebody to
 * translate TypeScript, every file takes longer.
 */
export async function loadDeployable(name: string): Promise<Loaded> {
  await platform()
  return loadModule(name)
}

/** The deployment a module stands for, in the Redis that was asked for. A bare job is one without services. */
export async function deploymentOf(loaded: Loaded, { redis, redisPrefix }: RedisOptions): Promise<BullmqApp> {
  const { job, deployment } = loaded
  const asked: BullmqOptions = {
    ...(redis === undefined ? {} : { redis }),
    ...(redisPrefix === undefined ? {} : { prefix: redisPrefix }),
    notice: (text) => {
      deployment?.options.notice?.(text)
      note(text)
    },
  }
  if (deployment !== undefined) return deployment.with(asked)
  refuseServices(loaded)
  const { bullmq } = await platform()
  return bullmq(asked).on(job).bind({})
}

/** The same deployment with its services only: nothing comes in from outside, and nothing goes out. */
export async function rehearsalOf(loaded: Loaded, options: RedisOptions): Promise<BullmqApp> {
  const app = await deploymentOf(loaded, options)
  const { bullmq } = await platform()
  return bullmq(app.options).on(app.job).bind(servicesOf(loaded))
}

/** What answers the job's services. */
export function servicesOf(loaded: Loaded): Readonly<Record<string, never>> {
  refuseServices(loaded)
  const bound = (loaded.deployment?.bindings ?? {}) as Readonly<Record<string, never>>
  return Object.fromEntries(Object.entries(bound).filter(([name]) => loaded.job.slots.get(name)?.kind === 'service'))
}

/** Runs something with a client, and lets the client go whatever comes of it. */
export async function withClient<A>(
  loaded: Loaded,
  options: RedisOptions,
  work: (client: Client<AnySlot>, app: BullmqApp) => Promise<A>,
): Promise<A> {
  const app = await deploymentOf(loaded, options)
  const client = app.client({ timeout: options.timeout * 1000 })
  try {
    return await work(client, app)
  } finally {
    await client.close({ abandon: true })
  }
}

async function platform() {
  try {
    return await import('../platforms/bullmq/index.ts')
  } catch (cause) {
    const missing = /Cannot find (?:package|module) '(bullmq|ioredis)/.exec(messageOf(cause))?.[1]
    if (missing === undefined) throw cause
    throw new TanagerError('missing-package', `this needs the package ${missing}, which is not installed`, {
      remedy: 'Type: npm install bullmq ioredis',
      cause,
    })
  }
}

function refuseServices({ job, name, deployment }: Loaded): void {
  const services = [...job.slots.values()].filter(({ kind }) => kind === 'service').map((slot) => slot.name)
  if (services.length === 0 || deployment !== undefined) return
  const one = services.length === 1
  throw usage(`job ${job.name} asks the ${one ? 'service' : 'services'} ${services.join(', ')}, and a job does not say who answers`, {
    remedy: `Give a deployment instead of ${name}, a module such as

  import { bullmq } from 'tanager/bullmq'
  import job from './${basename(name)}'
  export default bullmq().on(job).bind({ ${services.map((each) => `${each}: (key) => …`).join(', ')} })`,
  })
}
