import { codec, job, option, sink, source, store } from 'tanager'
import { count, sum } from 'tanager/algebra'
import type { Right } from '../harmless.ts'

const logins = source('logins', { item: codec.string })

export default {
  right: 'a threshold that a total crosses once: from below it to it or above, not exactly to it',
  job: job(
    'alerts',
    logins
      .map((user) => [user, 1] as const)
      .sumByKey(store('logins-of', { key: codec.string, sum }))
      .filter(([, { before, delta }]) => {
        const was = option.getOrElse(() => 0)(before)
        return was < 3 && was + delta >= 3
      })
      .keys()
      .write(sink('alerts', { item: codec.string }))
      .map((user) => [user, user] as const)
      .aggregateByKey(store('alerts-of', { key: codec.string, sum: count })),
  ),
  inputs: { logins: Array.from({ length: 40 }, (_, i) => `u${(i * i) % 7}`) },
  options: { equals: { alerts: (a: readonly string[], b: readonly string[]) => [...a].sort().join() === [...b].sort().join() } },
} satisfies Right
