import { equal } from '../expected.ts'
import { type LogLaws, law } from '../log-law.ts'
import { gone } from '../scene.ts'

export const sinks: LogLaws = {
  about: 'sinks',
  laws: [
    law('lets a batch go when it is delivered, in any order, and once', async ({ log, append, commit }) => {
      for (const word of 'abc')
        await commit('words', await append('words', word), { writes: [{ sink: 'taken', payload: `L${word}`, records: 2 }] })
      const deliver = async (sequence: number) => log.commitSink('taken', sequence, (await log.read('taken', sequence)) ?? gone)
      const progress = async () => (await log.progress()).sinks.get('taken')
      await deliver(2)
      equal(await progress(), { head: 3, watermark: 0, backlog: 2, records: 2 })
      await deliver(2)
      await deliver(1)
      await deliver(1)
      equal(await progress(), { head: 3, watermark: 2, backlog: 1, records: 4 })
      equal(
        (await log.range('taken', 1, 10)).map(({ sequence }) => sequence),
        [3],
      )
      equal(
        (await log.range('taken', 4, 10)).map(({ sequence }) => sequence),
        [],
      )
    }),
  ],
}
