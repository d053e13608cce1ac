import { Option } from 'commander'
import { type Command, commandOf, moduleArgument } from '../command.ts'
import { json, redis, timeout } from '../options.ts'
import type { StatusOptions } from '../status.ts'

export function statusCommand(): Command {
  const command = commandOf({
    name: 'status',
    summary: 'how far a deployed job is: backlog, watermark, rate, outputs, alarms, dead letters, workers',
    description: `Shows each stream of a job (how many batches it was given, up to which all are committed, how many are not, how many failed), each
store (what waits to be merged, how many keys), what was ever written to each store and sink, and how long ago, the alarms that
stand, dead letters, workers, and batches that are out of attempts.

With --alarms, the alarms only: it exits with 1 if one stands, or if no worker has looked lately.

With --json, an object for each stream {"stream","head","watermark","backlog","failed"}, for each store
{"store","pending","keys","rows","bytes","lastWrite"}, for each sink {"sink","head","watermark","backlog","failed","rows","bytes",
"lastWrite","lastDelivery"}, for each batch out of attempts {"failedBatch"}, for each alarm {"alarm"}, and for the job
{"job","deadLetters","workers"}. Times are in milliseconds since 1970, and absent as long as there is none.`,
    examples: ['status deploy.ts', 'status deploy.ts --watch', 'status deploy.ts --json', 'status deploy.ts --alarms'],
  })
  command
    .addArgument(moduleArgument())
    .addOption(new Option('-w, --watch', 'shows it anew every second, with rates, until Ctrl-C'))
    .addOption(new Option('--alarms', 'shows the alarms that stand, and fails if there are any').conflicts('watch'))
    .addOption(json())
  for (const option of redis()) command.addOption(option)
  return command.addOption(timeout()).action(async (module: string, options: StatusOptions) => {
    const { showStatus } = await import('../status.ts')
    await showStatus(module, options)
  })
}
