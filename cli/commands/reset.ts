import { type Command, commandOf, moduleArgument } from '../command.ts'
import { json, redis, timeout } from '../options.ts'
import type { ResetOptions } from '../reset.ts'

export function resetCommand(): Command {
  const command = commandOf({
    name: 'reset',
    summary: 'remove all of a deployed job from Redis',
    description: `Removes what a job has in Redis: what was sent and is not counted yet, its stores, its dead letters, its queues. Without --yes it only
says what that would be. Stop the workers first: one that is at work would write on.`,
    examples: ['reset deploy.ts', 'reset deploy.ts --yes'],
  })
  command.addArgument(moduleArgument()).option('-y, --yes', 'does it').option('--force', 'also while workers are running').addOption(json())
  for (const option of redis()) command.addOption(option)
  return command.addOption(timeout()).action(async (module: string, options: ResetOptions) => {
    const { reset } = await import('../reset.ts')
    await reset(module, options)
  })
}
