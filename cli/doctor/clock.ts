import type { RedisFacts } from '../../platforms/bullmq/index.ts'
import { type Finding, good, warning } from './finding.ts'
import { duration } from './wording.ts'

const most = 1000

const why =
  'No count depends on whether clocks agree. But a retry is timed by the clock of the worker that puts it off, and started by that of another: where they differ it comes early or late, and dead letters bear wrong times.'

/** Redis's clock against ours. */
export function* clockFindings({ clock, user }: RedisFacts): Generator<Finding, void> {
  if (clock === undefined) {
    yield warning('clock', { found: 'not known: TIME is refused', why, remedy: `ACL SETUSER ${user} +time, or compare them by hand.` })
    return
  }
  const { ahead, accuracy } = clock
  // What the journey may account for is nobody's fault.
  if (Math.abs(ahead) - accuracy <= most) {
    yield good('clock', `Redis and this machine are ${duration(Math.max(Math.abs(ahead), accuracy))} apart at most`)
    return
  }
  yield warning('clock', {
    found: `Redis is ${duration(ahead)} ${ahead > 0 ? 'ahead of' : 'behind'} this machine`,
    why,
    remedy: 'Let all machines keep time by NTP (chrony, systemd-timesyncd), and run this on each of them.',
  })
}
