import { Option } from 'commander'
import { type Command, commandOf, moduleArgument } from '../command.ts'
import { json, redis, timeout } from '../options.ts'
import type { StatusOptions } from '../status.ts'

export function statusCommand(): Command {
  const command = commandOf({
    name: 'status',
    summary: 'how far a deployed job is: backlog, watermark, rate, dead letters, workers',
    description: `Shows each stream of a job (how many batches it was given, up to which all are committed, how many are not, how many failed), each
store (what waits to be merged, how many keys), dead letters, workers, and batches that are out of attempts.

With --json, an object for each stream {"stream","head","watermark","backlog","failed"}, for each store {"store","pending","keys"},
for each sink {"sink","head","watermark","backlog","failed"}, for each batch out of attempts {"failedBatch"}, and for the job
{"job","deadLetters","workers"}.`,
    examples: ['status deploy.ts', 'status deploy.ts --watch', 'status deploy.ts --json'],
  })
  command
    .addArgument(moduleArgument())
    .addOption(new Option('-w, --watch', 'shows it anew every second, with rates, until Ctrl-C'))
    .addOption(json())
  for (const option of redis()) command.addOption(option)
  return command.addOption(timeout()).action(async (module: string, options: StatusOptions) => {
    const { showStatus } = await import('../status.ts')
    await showStatus(module, options)
  })
}
