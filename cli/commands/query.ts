import { Option } from 'commander'
import { type Command, commandOf, moduleArgument } from '../command.ts'
import { json, redisPrefix, redisUrl, timeout, wholeFrom1 } from '../options.ts'
import type { QueryOptions } from '../query.ts'

export function queryCommand(): Command {
  const command = commandOf({
    name: 'query',
    summary: 'read a store of a deployed job',
    description: `Prints what a store holds: the value of one key, or all keys with their values, sorted by key. A key is written as the store
writes it: a string as it is, a number in digits, a key of several parts as JSON, such as '["/home",19]'. One that begins with a dash comes after --.

With --json, a line for each key: {"store":"clicks","key":"click","value":3}`,
    examples: [
      'query deploy.ts clicks',
      'query deploy.ts clicks click',
      'query deploy.ts clicks --top 10',
      'query deploy.ts clicks --prefix /blog/ --json',
    ],
  })
  command
    .addArgument(moduleArgument())
    .argument('<store>', 'the name of a store of the job')
    .argument('[key]', 'one key; all of them without it')
    .addOption(new Option('--top <n>', 'the keys with the greatest values, greatest first').argParser(wholeFrom1))
    .option('--prefix <text>', 'the keys that begin with it')
    .addOption(json())
  for (const option of [redisUrl(), redisPrefix('--redis-prefix <prefix>'), timeout()]) command.addOption(option)
  return command.action(async (module: string, name: string, key: string | undefined, options: QueryOptions) => {
    const { query } = await import('../query.ts')
    await query(module, name, key, options)
  })
}
