import { type Command, commandOf, moduleArgument } from '../command.ts'
import { loadDeployable, withClient } from '../deployment.ts'
import { Interrupt } from '../interrupt.ts'
import { json, type RedisOptions, redis, timeout } from '../options.ts'
import { output } from '../output.ts'
import { recordFile } from '../records.ts'
import { sourceOf } from '../sources.ts'
import { counted } from '../text.ts'

interface SendOptions extends RedisOptions {
  readonly wait?: boolean
  readonly json?: boolean
}

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
    const loaded = await loadDeployable(module)
    const slot = sourceOf(loaded.job, source)
    const files = [recordFile(source, path)]
    using interrupt = new Interrupt()
    await withClient(loaded, options, async (client) => {
      const { sendAll, untilCounted } = await import('../send.ts')
      const { records, sequence } = await sendAll(client, { slot, files }, interrupt)
      const receipt = { [source]: sequence }
      if (options.wait) await interrupt.before(untilCounted(client, receipt, module))
      // In order, and not abandoned as it would be otherwise: workers are still being told of the last batches.
      await interrupt.before(client.close())
      const text = `${counted(records, 'record')} sent to ${source}${options.wait ? ' and counted' : ''}, receipt ${JSON.stringify(receipt)}`
      await output.write(`${options.json ? JSON.stringify({ source, records, receipt }) : text}\n`)
    })
  })
}
