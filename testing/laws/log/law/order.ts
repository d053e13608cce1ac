import { equal, matches } from '../expected.ts'
import { type LogLaws, law } from '../log-law.ts'
import { sliceOf, stagePointer } from '../scene.ts'

export const order: LogLaws = {
  about: 'an ordered inbox',
  laws: [
    law('hands out nothing before its turn, then all in order', async ({ log, append, commit, delta }) => {
      for (const word of 'abcd') await append('words', word)
      const add = (sequence: number, word: string) => commit('words', sequence, { deltas: [delta('text', 0, 'all', word)] })
      equal(await add(3, 'c'), { status: 'committed', pointers: [] })
      equal(await add(2, 'b'), { status: 'committed', pointers: [] })
      equal((await log.readInbox('text', 0, 1000)).entries, [])
      equal((await log.pending(10)).pointers, [stagePointer('words', 1), stagePointer('words', 4)])
      // The batch they wait for adds nothing here.
      equal(await commit('words', 1), {
        status: 'committed',
        pointers: [{ kind: 'sum', store: 'text', partition: 0, position: 0 }],
      })
      const { entries } = await log.readInbox('text', 0, 1000)
      equal(
        entries.map(({ payload }) => payload),
        ['["all","b"]', '["all","c"]'],
      )
      // It was told of already.
      equal(await add(4, 'd'), { status: 'committed', pointers: [] })
    }),
    law('takes out what was merged and nothing else', async ({ log, append, commit, delta }) => {
      for (const word of 'abcd') await append('words', word)
      for (const [sequence, word] of [
        [1, 'a'],
        [2, 'b'],
        [4, 'd'],
      ] as const)
        await commit('words', sequence, { deltas: [delta('text', 0, 'all', word)] })
      const { position, entries } = await log.readInbox('text', 0, 1)
      equal(entries.length, 1)
      const one = { store: 'text', partition: 0, position, entries, puts: [], removes: [], deadLetters: [] }
      matches(await log.commitSum(one), { status: 'committed', position: 1, left: true })
      matches(await log.commitSum({ ...one, ...(await sliceOf(log, 'text', 0)) }), {
        status: 'committed',
        position: 2,
        left: false,
      })
      matches(await commit('words', 3, { deltas: [delta('text', 0, 'all', 'c')] }), { pointers: [{ position: 2 }] })
      equal(
        (await log.readInbox('text', 0, 1000)).entries.map(({ payload }) => payload),
        ['["all","c"]', '["all","d"]'],
      )
    }),
    law('keeps one stream out of the order of another', async ({ log, append, commit, delta }) => {
      await append('words', 'a')
      await append('words', 'b')
      await append('others', 'x')
      await commit('words', 2, { deltas: [delta('text', 0, 'all', 'b')] })
      matches(await commit('others', 1, { deltas: [delta('text', 0, 'all', 'x')] }), {
        pointers: [{ kind: 'sum', store: 'text', position: 0 }],
      })
      equal(
        (await log.readInbox('text', 0, 1000)).entries.map(({ payload }) => payload),
        ['["all","x"]'],
      )
    }),
    law('lets in the one batch that all it holds wait for', { inbox: 5 }, async ({ append, commit, delta }) => {
      for (const word of 'abc') await append('words', word)
      const add = (sequence: number) => commit('words', sequence, { deltas: [delta('text', 0, 'all', 'x')] })
      matches(await add(2), { status: 'committed' })
      equal(await add(3), { status: 'full', where: 'inbox', name: 'text', partition: 0 })
      matches(await add(1), { status: 'committed' })
      // Now there is something to merge, and it waits like any other.
      equal(await add(3), { status: 'full', where: 'inbox', name: 'text', partition: 0 })
    }),
    law('counts what may be merged, not what waits', async ({ log, append, commit, delta }) => {
      for (const word of 'abc') await append('words', word)
      for (const sequence of [1, 3]) await commit('words', sequence, { deltas: [delta('text', 0, 'all', 'x')] })
      matches((await log.progress()).stores.get('text')?.[0], { position: 0, pending: 1 })
    }),
    // Else what was in the inbox at some moment could not be told to be merged by how far the position has moved.
    law('is merged in the order in which entries came to be free, whatever stream they are of', async ({ log, append, commit, delta }) => {
      const add = async (stream: string, sequence: number, word: string) =>
        commit(stream, sequence, { deltas: [delta('text', 0, 'all', word)] })
      for (const word of ['a', 'b']) await append('words', word)
      for (const word of ['x', 'y']) await append('others', word)
      await add('others', 2, 'y')
      await add('words', 1, 'a')
      await add('others', 1, 'x')
      await add('words', 2, 'b')
      equal(
        (await log.readInbox('text', 0, 1000)).entries.map(({ payload }) => JSON.parse(payload)[1]),
        ['a', 'x', 'y', 'b'],
      )
    }),
  ],
}
