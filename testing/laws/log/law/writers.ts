import { equal, matches } from '../expected.ts'
import { type LogLaws, law } from '../log-law.ts'
import { batch } from '../scene.ts'

export const writers: LogLaws = {
  about: 'writers',
  laws: [
    law('are forgotten when they have been silent for long enough, and not before', async ({ log }) => {
      for (let n = 1; n <= 3; n++) await log.append(batch(`w${n}`, 7))
      equal(await log.forgetWriters(3_600_000), 0)
      matches(await log.append(batch('w1', 7)), { status: 'repeated' })
      equal(await log.forgetWriters(0), 3)
      matches(await log.append(batch('w1', 7)), { status: 'appended' })
      matches((await log.progress()).streams.get('words'), { head: 4, backlog: 4 })
    }),
  ],
}
