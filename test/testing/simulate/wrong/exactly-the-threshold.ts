import { codec, job, option, sink, source, store } from 'tanager'
import { sum } from 'tanager/algebra'
import type { Mistake } from '../mistake.ts'

const logins = source('logins', { item: codec.string })

const users = (alerts: readonly string[]) => [...new Set(alerts)].sort().join(' ')

export default {
  // Merged with others, the third login goes by unseen: a total jumps from 2 to 4.
  // Mended: from below the threshold to it or above, `before < 3 && before + delta >= 3`.
  // What is written of changes is nothing the kit can compare by itself, so it has to be told what of it counts.
  mistake: 'an alert when a total is exactly the threshold',
  make: () =>
    job(
      'alerts',
      logins
        .map((user) => [user, 1] as const)
        .sumByKey(store('logins-of', { key: codec.string, sum }))
        .filter(([, { before, delta }]) => option.getOrElse(() => 0)(before) + delta === 3)
        .keys()
        .write(sink('alerts', { item: codec.string })),
    ),
  inputs: { logins: ['ada', 'ada', 'bob', 'ada', 'bob', 'ada', 'bob'] },
  options: { equals: { alerts: (a: readonly string[], b: readonly string[]) => users(a) === users(b) } },
  says: [
    'alerts: comes out differently on a cluster than in memory',
    '  sink alerts, as its equals says: memory has [], the simulation has ["ada"]',
    '  with these records:',
    '    logins: "ada", "ada", "ada", "ada"',
    '  when this happens (1 worker, 1 partition a store):',
    '    client of logins sends batch 1: "ada"',
    '    worker 1 begins batch 1 of logins',
    '    worker 1 commits batch 1 of logins: logins-of is to get "ada": 1',
    '    worker 1 begins the merge of logins-of',
    '    worker 1 merges into logins-of: "ada" is 1',
    '    worker 1 begins batch 1 of logins-of',
    '    worker 1 commits batch 1 of logins-of',
    '    client of logins sends batch 2: "ada"',
    '    worker 1 begins batch 2 of logins',
    '    worker 1 commits batch 2 of logins: logins-of is to get "ada": 1',
    '    worker 1 begins the merge of logins-of',
    '    worker 1 merges into logins-of: "ada" is 2',
    '    worker 1 begins batch 2 of logins-of',
    '    worker 1 commits batch 2 of logins-of',
    '    client of logins sends batch 3: "ada"',
    '    worker 1 begins batch 3 of logins',
    '    worker 1 commits batch 3 of logins: logins-of is to get "ada": 1',
    '    worker 1 begins the merge of logins-of',
    '    worker 1 merges into logins-of: "ada" is 3',
    '    worker 1 begins batch 3 of logins-of',
    '    worker 1 commits batch 3 of logins-of: alerts is to get "ada"',
    '    client of logins sends batch 4: "ada"',
    '    worker 1 begins batch 4 of logins',
    '    worker 1 commits batch 4 of logins: logins-of is to get "ada": 1',
    '    worker 1 begins the merge of logins-of',
    '    worker 1 merges into logins-of: "ada" is 4',
    '    worker 1 begins batch 4 of logins-of',
    '    worker 1 commits batch 4 of logins-of',
  ],
} satisfies Mistake
