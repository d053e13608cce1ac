import type { Redis } from 'ioredis'
import { placeOf } from './place.ts'

/** What this user of Redis may not do, and what to do about it; undefined if that is not what the error is about. */
export function denialOf(client: Redis, error: Error): string | undefined {
  const { message } = error
  if (!/NOPERM|ACL failure in script|The user executing the script can't/.test(message)) return undefined
  const where = placeOf(client.options)
  if (/\bkeys?\b/.test(message)) {
    return `NOPERM Redis at ${where} keeps keys of the job from this user; they begin with PREFIX:{JOB}:. Remedy: ACL SETUSER … ~tanager:{JOB}:*`
  }
  const command = (/'([\w|]+)' command/.exec(message)?.[1] ?? commandOfScript(client, message))?.toLowerCase()
  if (command === undefined) return `NOPERM Redis at ${where} does not let this user run a command that a script needs. ACL LOG names it.`
  const unchecked = command === 'info' ? ': whether it is new enough, and keeps all keys when it is full, is not known' : ''
  return `NOPERM Redis at ${where} does not let this user run ${command}${unchecked}. Remedy: ACL SETUSER … +${command}`
}

/** The command that a script was refused, by its line: Redis 7.0 says no more than that. */
function commandOfScript({ scriptsSet }: Redis, message: string): string | undefined {
  const [, sha, line] = /script: ([0-9a-f]{40}), on @\w+:(\d+)/.exec(message) ?? []
  const script = Object.values<{ readonly sha: string; readonly lua: string }>(scriptsSet).find((each) => each.sha === sha)
  return /call\(\s*["'](\w+)/.exec(script?.lua.split('\n')[Number(line) - 1] ?? '')?.[1]
}
