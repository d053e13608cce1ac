import type { RedisFacts } from '../../platforms/bullmq/index.ts'
import { visible } from '../text.ts'
import { bad, type Finding, good, warning } from './finding.ts'

/** Whether Redis would do what we are going to ask of it. */
export function* permissionFindings({ commands, keys, user, job, jobRefused }: RedisFacts): Generator<Finding, void> {
  const { tried, refused, keysRefused, writesRefused } = commands
  if (tried > 0) yield refused.length > 0 ? commandsRefused(user, refused) : good('commands', `all ${tried} that are needed are allowed`)
  const named = job !== undefined || jobRefused !== undefined
  if (keysRefused) {
    const remedy = `ACL SETUSER ${user} ~${keys}*`
    const words = { found: `those of ${keys}* are out of reach for the user ${user}`, why: 'Jobs under them cannot be run, fed or read.' }
    // Its rights may well be for one job, and we were not told which.
    if (named) yield bad('keys', { ...words, remedy })
    else yield warning('keys', { ...words, remedy: `${remedy}; or, if its rights are for one job, name that: tanager doctor deploy.ts.` })
  } else if (tried > 1) yield good('keys', `those of ${keys}* are within reach`)
  // Which node of a cluster serves a job is known once there is one.
  if (writesRefused?.startsWith('MOVED') && !named) return
  if (writesRefused !== undefined) {
    yield bad('writes', {
      found: `refused: ${visible(writesRefused)}`,
      why: 'Nothing can be sent or counted until that is over.',
      remedy: remedies.find(([message]) => message.test(writesRefused))?.[1] ?? 'Mend what it says.',
    })
  } else if (tried > 1 && !keysRefused) yield good('writes', 'would be taken')
}

const remedies: readonly (readonly [message: RegExp, remedy: string])[] = [
  [/^OOM/, 'Raise maxmemory, or make room.'],
  [/^READONLY/, 'Name the primary.'],
  [/^MISCONF/, 'Make room on the disk of Redis, or see what its log says.'],
  [/^NOREPLICAS/, 'Bring a replica back, or lower min-replicas-to-write.'],
  [/^LOADING/, 'Wait until it has loaded its data.'],
  [/^MOVED/, 'Name the node of the cluster that serves this slot.'],
  [/^CLUSTERDOWN/, 'See redis-cli cluster info: some slots are served by nobody.'],
]

function commandsRefused(user: string, refused: readonly string[]): Finding {
  return bad('commands', {
    found: `refused: ${refused.join(', ')}`,
    why: 'Workers and clients need them; what they do with them fails.',
    remedy: `ACL SETUSER ${user} ${refused.map((name) => `+${name}`).join(' ')}; or, if a provider has switched them off, take a Redis that has them.`,
  })
}
