import { frame } from '../../../../core/engine/frame.ts'
import type { Log } from '../../../../core/engine/log.ts'
import { equal, matches } from '../expected.ts'
import { type LogLaws, law } from '../log-law.ts'
import { stagePointer } from '../scene.ts'

const refused = (record: string) => ({ node: 'n', index: 0, record, error: 'e' })

export const deadLetters: LogLaws = {
  about: 'dead letters',
  laws: [
    law('come in pages, oldest first, or newest first', async ({ log, append, commit }) => {
      await append('words', 'a')
      await commit('words', 1, { deadLetters: ['1', '2', '3', '4', '5'].map(refused) })
      const records = async (options: Parameters<Log['deadLetters']>[0]) => (await log.deadLetters(options)).map(({ record }) => record)
      equal(await records({ limit: 10 }), ['1', '2', '3', '4', '5'])
      const page = await log.deadLetters({ limit: 2 })
      const after = page[1]?.id as string
      equal(await records({ limit: 2, after }), ['3', '4'])
      equal(await records({ limit: 2, newest: true }), ['5', '4'])
      equal(await records({ limit: 10, newest: true, after }), ['5', '4', '3'])
    }),
    law('go back to the end of their stream, once', async ({ log, append, commit }) => {
      await append('words', 'a', 'b')
      await commit('words', 1, { deadLetters: [refused('b\n"')] })
      const [letter] = await log.deadLetters({ limit: 1 })
      const id = letter?.id as string
      equal(await log.retryDeadLetter(id), stagePointer('words', 2))
      matches(await log.read('words', 2), { payload: frame(['b\n"']), records: 1 })
      equal(await log.retryDeadLetter(id), undefined)
      equal((await log.progress()).deadLetters, 0)
    }),
    ...['counts', 'text'].map((name) =>
      law(`go back to the inbox of ${name} if it was the store that refused`, async ({ log, append, commit, delta, merge }) => {
        const key = name === 'text' ? 'all' : 'a'
        // Whichever partition the key is in, and whatever is in the others.
        for (const partition of [0, 1]) {
          await commit('words', await append('words', 'a'), { deltas: [delta(name, partition, key, 1)] })
          await merge(name, partition, { deadLetters: [{ node: 'merge', index: 0, record: JSON.stringify([key, partition]), error: 'e' }] })
        }
        const letters = await log.deadLetters({ limit: 10 })
        equal(
          letters.map(({ stream, sequence }) => [stream, sequence]),
          [
            [name, 0],
            [name, 1],
          ],
        )
        const pointer = await log.retryDeadLetter(letters[0]?.id as string)
        matches(pointer, { kind: 'sum', store: name })
        const { partition } = pointer as Extract<typeof pointer, { kind: 'sum' }>
        equal(
          (await log.readInbox(name, partition, 1000)).entries.map(({ payload }) => payload),
          [JSON.stringify([key, 0])],
        )
        equal((await log.pending(10)).pointers, [pointer])
        matches(await merge(name, partition), { status: 'committed', left: false })
      }),
    ),
    law('are dropped by their ids', async ({ log, append, commit }) => {
      await append('words', 'a')
      await commit('words', 1, { deadLetters: ['1', '2', '3'].map(refused) })
      const ids = (await log.deadLetters({ limit: 10 })).map(({ id }) => id)
      equal(await log.dropDeadLetters([ids[0] as string, ids[2] as string]), 2)
      equal(await log.dropDeadLetters(ids), 1)
      equal(await log.dropDeadLetters([]), 0)
      equal(await log.deadLetters({ limit: 10 }), [])
    }),
  ],
}
