import { Option } from 'commander'
import { type Command, commandOf, moduleArgument } from '../command.ts'
import { usage } from '../fault.ts'
import { json, redisUrl, timeout, wholeFrom1 } from '../options.ts'
import type { RunOptions } from '../run.ts'

const description = `Runs a job to the end of its files, then prints its stores, sorted by key, and what went to its sinks.

Every line of a file is a record, read by the source's codec. For a source of strings that is the line as it stands, an empty
one too; for all other codecs blank lines are skipped. A line ends at a line feed: a carriage return before it belongs to the
line. A record that cannot be read, or that makes a function of the job throw, becomes a dead letter and stops nothing.

Files are read as fast as they are counted and never held whole; stores, what sinks take and dead letters are held in memory.
Sinks are printed and never written to: a run has no effects outside.

With --json, a line for each key, ordered by store, then key: {"store":"clicks","key":"click","value":3}; then one for each
item of a sink: {"sink":"unknown","item":…}; and with --dead-letters: {"deadLetter":{"stream":…,"node":…,"record":…,"error":…}}.
Both platforms print the same.`

const bullmqOnly: Readonly<Record<string, string>> = {
  workers: '--workers',
  keep: '--keep',
  redis: '--redis',
  timeout: '--timeout',
}

export function runCommand(): Command {
  const command = commandOf({
    name: 'run',
    summary: 'run a job to the end of its files and print its stores',
    description,
    examples: [
      'run jobs/word-count/job.ts --source lines=book.txt',
      'run job.ts --source clicks=- --json < clicks.jsonl',
      'run deploy.ts --source clicks=clicks.jsonl --platform bullmq --workers 4',
    ],
  })
  command
    .addArgument(moduleArgument())
    .addOption(
      new Option('-s, --source <name=file>', 'where the records of a source are; - is stdin (for each source)')
        .argParser((value: string, before: readonly string[]) => [...before, value])
        .default([], 'none'),
    )
    .addOption(json())
    .option('--dead-letters', 'prints the records that were refused, too')
    .addOption(
      new Option('--platform <platform>', 'in this process, or through Redis and worker processes')
        .choices(['memory', 'bullmq'])
        .default('memory'),
    )
    .addOption(new Option('--workers <n>', 'bullmq: how many worker processes').argParser(wholeFrom1).default(2))
    .option('--keep', "bullmq: leaves the job's keys in Redis, instead of removing them")
  return command
    .addOption(redisUrl())
    .addOption(timeout())
    .action(async (module: string, options: RunOptions) => {
      for (const [name, flag] of Object.entries(bullmqOnly)) {
        if (options.platform === 'bullmq' || command.getOptionValueSource(name) !== 'cli') continue
        throw usage(`${flag} is for --platform bullmq`, { remedy: `Add --platform bullmq, or leave ${flag} out.` })
      }
      const { run } = await import('../run.ts')
      await run(module, options)
    })
}
