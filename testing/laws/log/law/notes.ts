import { equal } from '../expected.ts'
import { type LogLaws, law } from '../log-law.ts'

export const notes: LogLaws = {
  about: 'notes',
  laws: [
    law('are what was written last', async ({ log }) => {
      equal(await log.noted('a'), undefined)
      await log.note('a', '1')
      await log.note('b', '')
      await log.note('a', '2 🐦')
      equal([await log.noted('a'), await log.noted('b')], ['2 🐦', ''])
    }),
  ],
}
