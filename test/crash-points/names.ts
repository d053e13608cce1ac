import { createHash } from 'node:crypto'
import { readdirSync } from 'node:fs'
import { createRequire } from 'node:module'
import { scriptText } from '../../platforms/bullmq/scripts.ts'
import type { Command } from './resp.ts'

const require = createRequire(import.meta.url)
const bullmqScripts = require('bullmq/dist/cjs/scripts/index.js') as Readonly<
  Record<string, { readonly name: string; readonly content: string }>
>

/** Our scripts, by the names of their files. */
export const scriptNames: readonly string[] = readdirSync(new URL('../../platforms/bullmq/scripts/', import.meta.url))
  .filter((file) => file.endsWith('.lua'))
  .map((file) => file.slice(0, -'.lua'.length))

export const digestOf = (text: string): string => createHash('sha1').update(text).digest('hex')

// Scripts are sent by their digests; BullMQ's are told apart from ours by a prefix.
const byDigest = new Map([
  ...scriptNames.map((name) => [digestOf(scriptText(name)), name] as const),
  ...Object.values(bullmqScripts).map(({ name, content }) => [digestOf(content), `bullmq ${name}`] as const),
])

// What follows the job's braces says what a key is for.
const kinds: readonly (readonly [RegExp, string])[] = [
  [/:bull:/, 'of bullmq'],
  [/:log:[^:]+$/, 'a log'],
  [/:meta$/, "a log's meta"],
  [/:ahead$/, "a log's marks"],
  [/:pos$/, 'a position'],
  [/:inbox$/, 'an inbox'],
  [/:store:[^:]+:\d+$/, 'values'],
  [/:dead$/, 'dead letters'],
  [/:plan$/, 'the plan'],
  [/:note:/, 'a note'],
]

/** What a command is called in the table of what was covered: a script by its name, another command by what it is for. */
export function nameOf({ words }: Command): string {
  const name = String(words[0]).toLowerCase()
  const first = String(words[1] ?? '')
  if (name === 'evalsha') return byDigest.get(first) ?? `unknown script ${first}`
  if (name === 'eval') return byDigest.get(digestOf(first)) ?? 'unknown script'
  if (name === 'unlink') return name
  if (name === 'client') return `client ${first.toLowerCase()}`
  const kind = kinds.find(([of]) => of.test(first))
  return kind === undefined ? name : `${name} ${kind[1]}`
}

/** Sent every now and then, as long as a process lives: how often depends on how long that is. */
export const periodic: ReadonlySet<string> = new Set([
  'bullmq extendLocks',
  'bullmq moveStalledJobsToWait',
  'bullmq moveToActive',
  'bzpopmin of bullmq',
  'lease',
  "hmget a log's meta",
  "zrangebyscore a log's marks",
  'hget a position',
  'llen an inbox',
])

/** Whether a plain command changes nothing, in Redis or for whoever sends more. */
export const isRead = (name: string): boolean =>
  /^(?:hello|client|info|multi|get|hget|hmget|hgetall|llen|xrange|xrevrange|zrangebyscore|scan)\b/.test(name)
