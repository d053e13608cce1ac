import { messageOf } from '../core/error.ts'
import type { AnySlot } from '../core/slot/slot.ts'
import type { Client } from '../platforms/bullmq/index.ts'
import { loadDeployable, withClient } from './deployment.ts'
import { Failure, usage } from './fault.ts'
import type { RedisOptions } from './options.ts'
import { output } from './output.ts'
import { counted } from './text.ts'

export interface ResetOptions extends RedisOptions {
  readonly yes?: boolean
  readonly force?: boolean
  readonly json?: boolean
}

/** Removes a deployed job from Redis, or says what that would be. */
export async function reset(module: string, options: ResetOptions): Promise<void> {
  const loaded = await loadDeployable(module)
  const { name } = loaded.job
  await withClient(loaded, options, async (client, app) => {
    const { keys, workers } = await client.footprint()
    const where = `${app.options.prefix ?? 'tanager'}:{${name}}`
    const tell = (text: string, removed: number) => output.write(`${options.json ? JSON.stringify({ job: name, removed }) : text}\n`)
    if (keys === 0) return tell(`there is nothing of job ${name} under ${where}`, 0)
    if (workers > 0 && !options.force) {
      throw new Failure(
        `${counted(workers, 'worker')} of job ${name} ${workers === 1 ? 'is' : 'are'} running. Stop them first, or add --force.`,
      )
    }
    if (!options.yes) {
      throw usage(`this would remove all of job ${name}: ${counted(keys, 'key')} under ${where}${await contents(client)}`, {
        remedy: 'Add --yes to do it.',
      })
    }
    await client.reset()
    await tell(`removed job ${name}: ${counted(keys, 'key')} under ${where}`, keys)
  })
}

/** What those keys hold, for who has to decide. */
async function contents(client: Client<AnySlot>): Promise<string> {
  try {
    const { streams, stores, deadLetters } = await client.status()
    const backlog = [...streams.values()].reduce((sum, stream) => sum + stream.backlog, 0)
    const parts = [
      ...[...stores].map(([store, partitions]) => {
        const keys = partitions.reduce((sum, partition) => sum + partition.keys, 0)
        return `the store ${store} with ${counted(keys, 'key')}`
      }),
      ...(backlog === 0 ? [] : [`${counted(backlog, 'batch', 'batches')} that ${backlog === 1 ? 'is' : 'are'} not counted yet`]),
      ...(deadLetters === 0 ? [] : [counted(deadLetters, 'dead letter')]),
    ]
    return parts.length === 0 ? '' : `, among them ${parts.join(', ')}`
  } catch (error) {
    return ` (what they hold cannot be told: ${messageOf(error)})`
  }
}
