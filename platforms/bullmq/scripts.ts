import { readFileSync } from 'node:fs'
import type { Redis } from 'ioredis'

// Each script is a file of its own, with its keys, arguments and answers in its header, so that it can be read and
// tried with redis-cli. `-- @include name` stands for a file of `scripts/include`.
const folder = new URL('./scripts/', import.meta.url)
const include = /^-- @include (\S+)$/gm

/** The text of a script, with what it includes. */
export function scriptText(name: string): string {
  const text = readFileSync(new URL(`${name}.lua`, folder), 'utf8')
  return text.replace(include, (_line, part: string) => readFileSync(new URL(`include/${part}.lua`, folder), 'utf8'))
}

const names = {
  append: 'append',
  commitStage: 'commit-stage',
  readInbox: 'read-inbox',
  readValues: 'read-values',
  commitSum: 'commit-sum',
  commitSink: 'commit-sink',
  retryRecord: 'retry-record',
  retryDelta: 'retry-delta',
  forgetWriters: 'forget-writers',
  lease: 'lease',
  deploy: 'deploy',
} as const

type Argument = string | number | Uint8Array

/** The scripts as calls: keys, then arguments. Each is one atomic step. */
export type Scripts = { readonly [S in keyof typeof names]: Script }

/** @param inBytes whether texts in the answer are to come as the bytes they are */
type Script = (keys: readonly string[], args: readonly Argument[], inBytes?: boolean) => Promise<unknown>

/** Makes the scripts known to a connection; they are sent by their digest, and whole only where Redis does not know them. */
export function scriptsOf(redis: Redis): Scripts {
  const scripts: Partial<Record<keyof typeof names, Scripts[keyof Scripts]>> = {}
  for (const [method, file] of Object.entries(names)) {
    const command = `tanager:${file}`
    redis.defineCommand(command, { lua: scriptText(file) })
    const { [command]: texts, [`${command}Buffer`]: bytes } = redis as unknown as Record<string, (...args: Argument[]) => Promise<unknown>>
    scripts[method as keyof typeof names] = (keys, args, inBytes = false) =>
      (inBytes ? bytes : texts)?.call(redis, keys.length, ...keys, ...args) as Promise<unknown>
  }
  return scripts as Scripts
}
