import { Argument, Option } from 'commander'
import { type Command, commandOf, moduleArgument } from '../command.ts'
import type { Action, DeadLetterOptions } from '../dead-letters.ts'
import { json, redis, timeout } from '../options.ts'
import { runners } from '../replay/runner.ts'

export function deadLettersCommand(): Command {
  const command = commandOf({
    name: 'dead-letters',
    summary: 'records that were refused, and batches that failed: list, show, retry, drop',
    description: `A record that cannot be read, or that makes a function of the job throw, is a dead letter. A batch that failed as often as it may,
because a service was away, say, is not: all its records are still to be counted, and it waits until it is retried.

  list        all of them, oldest first
  show ID     one of them, with all that is known
  retry [ID]  sends dead letters back and runs failed batches again: one, or all
  drop ID     forgets one dead letter; --all forgets all of them

A failed batch cannot be dropped: nothing in it was counted.

With --as-test, show prints a file of TypeScript: a test that runs the record as it was written through the job, in memory, and
fails with its error until the function is mended. It imports the module by its path from the folder you are in: keep it there.
What the deployment binds to a service answers it in the test too, if it is a map or a function.

With --json, list and show print {"deadLetter":{"id",…}} and {"failedBatch":{"id",…}}.`,
    examples: [
      'dead-letters deploy.ts list',
      'dead-letters deploy.ts show 1700000000000-0',
      'dead-letters deploy.ts show 1700000000000-0 --as-test > refused.test.ts',
      'dead-letters deploy.ts retry',
      'dead-letters deploy.ts drop --all',
    ],
  })
  command
    .addArgument(moduleArgument())
    .addArgument(new Argument('<action>', 'what to do').choices(['list', 'show', 'retry', 'drop']))
    .argument('[id]', 'of a dead letter or a failed batch, as list shows it')
    .option('--all', 'drop: all dead letters')
    .option('--as-test', 'show: prints a test that fails as the record did')
    .addOption(
      new Option(
        '--runner <runner>',
        'show --as-test: who is to run it (default: vitest or jest, if package.json has one, else node)',
      ).choices(Object.keys(runners)),
    )
    .addOption(json())
  for (const option of redis()) command.addOption(option)
  return command.addOption(timeout()).action(async (module: string, action: Action, id: string | undefined, options: DeadLetterOptions) => {
    const { lookAfterDeadLetters } = await import('../dead-letters.ts')
    await lookAfterDeadLetters(module, action, id, options)
  })
}
