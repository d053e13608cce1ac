import { equal } from '../expected.ts'
import { type LogLaws, law } from '../log-law.ts'

export const eventTime: LogLaws = {
  about: 'event time',
  laws: [
    law('is the latest that was committed, in whatever order, and absent until then', async ({ log, append, commit }) => {
      const progress = async () => (await log.progress()).streams.get('words')
      for (const word of ['a', 'b', 'c']) await append('words', word)
      equal('eventTime' in ((await progress()) ?? {}), false)
      await commit('words', 2, { eventTime: 2000 })
      await commit('words', 1, { eventTime: 1500.5 })
      await commit('words', 3, { eventTime: -1 })
      equal((await progress())?.eventTime, 2000)
    }),
  ],
}
