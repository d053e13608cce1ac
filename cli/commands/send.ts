import { type Command, commandOf, moduleArgument } from '../command.ts'
import { json, redis, timeout } from '../options.ts'
import type { SendOptions } from '../send.ts'

export function sendCommand(): Command {
  const command = commandOf({
    name: 'send',
    summary: "append a file's records to a source of a deployed job",
    description: `Appends the records of a file to a source, in order, no faster than the job's room in Redis allows; workers count them, now or
when they are started. Prints how many there were, and a receipt: how far the stream must be committed for all of them to be counted.

Lines are records as in tanager run --help. With --json: {"source":"clicks","records":1000,"receipt":{"clicks":7}}`,
    examples: ['send deploy.ts clicks clicks.jsonl', 'send deploy.ts clicks - --wait < clicks.jsonl'],
  })
  command
    .addArgument(moduleArgument())
    .argument('<source>', 'the name of a source of the job')
    .argument('<file>', 'its records, one on each line; - is stdin')
    .option('-w, --wait', 'waits until all of them are counted')
    .addOption(json())
  for (const option of redis()) command.addOption(option)
  return command.addOption(timeout()).action(async (module: string, source: string, path: string, options: SendOptions) => {
    const { send } = await import('../send.ts')
    await send(module, source, path, options)
  })
}
