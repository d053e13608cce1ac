import { Option } from 'commander'
import { type Command, commandOf, moduleArgument } from '../command.ts'
import { redis, seconds, wholeFrom1 } from '../options.ts'
import type { WorkerOptions } from '../work.ts'

export function workerCommand(): Command {
  const command = commandOf({
    name: 'worker',
    summary: 'work for a job, with any number of others, until told to end',
    description: `Runs a worker of a job in this process until SIGTERM or SIGINT: then it takes no more work, finishes what it has in hand or
hands it back, and ends with 0. A second signal ends it at once. Nothing is lost either way. Start as many as you like,
wherever the Redis can be reached.

If there is no Redis yet it waits, and says so.`,
    examples: [
      'worker deploy.ts',
      'worker deploy.ts --redis redis://10.0.0.5:6379 --concurrency 16',
      'worker deploy.ts --timeout 30 --grace 60',
    ],
  })
  command.addArgument(moduleArgument())
  for (const option of redis()) command.addOption(option)
  return command
    .addOption(
      new Option('--concurrency <n>', "how many batches to have in hand at a time (default: the deployment's, else 8)").argParser(
        wholeFrom1,
      ),
    )
    .addOption(new Option('--grace <seconds>', 'how long to finish work once told to end').argParser(seconds).default(10))
    .addOption(
      new Option('--timeout <seconds>', 'gives up if there is no Redis after so long (default: waits for ever)').argParser(seconds),
    )
    .addOption(new Option('--rehearsal', 'one of several that tanager run has started').hideHelp())
    .action(async (module: string, options: WorkerOptions) => {
      const { work } = await import('../work.ts')
      await work(module, options)
    })
}
