import { Option } from 'commander'
import { type Command, commandOf, moduleArgument } from '../command.ts'
import { json, redis, timeout, wholeFrom1 } from '../options.ts'
import type { ReplayOptions } from '../replay.ts'

export function replayCommand(): Command {
  const command = commandOf({
    name: 'replay',
    summary: 'run batches that still wait in a stream here, in memory, touching nothing',
    description: `Reads batches of a source that are in Redis and not committed, a failed one say, and runs them in this process as tanager run
runs a file. Prints what they alone come to: the stores they feed, from nothing; what they give to sinks; and the records they
refuse, with the number of the batch and the place in it. Batches that are committed are gone; they are named, and left out.

Nothing in Redis is changed, no sink is written to, and the batches wait as they did. Services are asked, as the deployment binds
them, and functions run.

With --debug, it waits for a debugger before anything is loaded, and stops again when all is read, before the first record: set
your breakpoints there. Redis has been let go of by then, so you may take your time.

With --json, lines as of tanager run, and for each record refused {"deadLetter":{"stream",…,"sequence",…,"index",…,"node",…}}.`,
    examples: [
      'replay deploy.ts --stream clicks',
      'replay deploy.ts --stream clicks --from 17 --to 17',
      'replay deploy.ts --stream clicks --from 17 --to 17 --debug',
    ],
  })
  command
    .addArgument(moduleArgument())
    .option('-s, --stream <name>', 'the source (default: the only one there is)')
    .addOption(new Option('--from <n>', 'the number of the first batch (default: the first that waits)').argParser(wholeFrom1))
    .addOption(new Option('--to <n>', 'the number of the last batch (default: the last there is)').argParser(wholeFrom1))
    .addOption(json())
    .option('--debug', 'runs under a debugger, which it waits for; shows where an error comes from')
  for (const option of redis()) command.addOption(option)
  return command.addOption(timeout()).action(async (module: string, options: ReplayOptions) => {
    const { replay } = await import('../replay.ts')
    await replay(module, options)
  })
}
