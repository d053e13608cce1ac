import { equal, matches } from '../expected.ts'
import { type LogLaws, law } from '../log-law.ts'
import { gone, sliceOf } from '../scene.ts'

export const commit: LogLaws = {
  about: 'commitStage',
  laws: [
    law(
      'turns a batch away whole where a sink is full, or the dead letters are',
      { sink: 3, deadLetters: 2 },
      async ({ log, append, commit, delta }) => {
        const write = { sink: 'kept', payload: 'Labc', records: 1 }
        const dead = { node: 'n', index: 0, record: 'r', error: 'e' }
        for (let n = 1; n <= 5; n++) await append('words', 'a')
        matches(await commit('words', 1, { writes: [write], deadLetters: [dead, dead] }), { status: 'committed' })
        const deltas = [delta('counts', 0, 'a', 1)]
        equal(await commit('words', 2, { deltas, writes: [write] }), { status: 'full', where: 'sink', name: 'kept' })
        matches(await commit('words', 2, { deltas, deadLetters: [dead] }), { status: 'full', where: 'dead letters' })
        equal((await log.readInbox('counts', 0, 1000)).entries, [])
        matches(await commit('words', 2, { deltas }), { status: 'committed' })
        await log.commitSink('kept', 1, (await log.read('kept', 1)) ?? gone)
        await log.dropDeadLetters((await log.deadLetters({ limit: 1 })).map(({ id }) => id))
        matches(await commit('words', 3, { writes: [write], deadLetters: [dead] }), { status: 'committed' })
      },
    ),
    law('commits a batch once', async ({ log, append, commit, delta }) => {
      await append('words', 'a')
      const entry = (await log.read('words', 1)) ?? gone
      const all = { entry, deltas: [delta('counts', 0, 'a', 1)], deadLetters: [{ node: 'n', index: 0, record: 'r', error: 'e' }] }
      matches(await commit('words', 1, all), { status: 'committed' })
      equal(await commit('words', 1, all), { status: 'already' })
      equal((await log.readInbox('counts', 0, 1000)).entries.length, 1)
      equal((await log.deadLetters({ limit: 10 })).length, 1)
      equal((await log.progress()).streams.get('words'), { head: 1, watermark: 1, backlog: 0, records: 1 })
    }),
    law('knows what is committed out of order', async ({ log, append, commit }) => {
      for (const word of 'abcdef') await append('words', word)
      const watermark = async () => (await log.progress()).streams.get('words')?.watermark
      for (const [sequence, after] of [
        [3, 0],
        [2, 0],
        [5, 0],
        [1, 3],
        [4, 5],
        [6, 6],
      ] as const) {
        matches(await commit('words', sequence), { status: 'committed' })
        equal(await watermark(), after)
        for (const done of [3, sequence]) {
          equal(await commit('words', done, { entry: gone }), { status: 'already' })
        }
      }
    }),
    law('commits nothing that was never there', async ({ log, append, commit }) => {
      await append('words', 'a')
      equal(await commit('words', 2, { entry: gone }), { status: 'already' })
      matches((await log.progress()).streams.get('words'), { head: 1, watermark: 0 })
    }),
    law('tells of the inboxes that were empty, and of deliveries that somebody takes', async ({ log, append, commit, delta }) => {
      await append('words', 'a')
      await append('words', 'b')
      const writes = (payload: string) => ['kept', 'taken'].map((sink) => ({ sink, payload, records: 1 }))
      const first = await commit('words', 1, { deltas: [delta('counts', 1, 'a', 1)], writes: writes('La') })
      const second = await commit('words', 2, { deltas: [delta('counts', 1, 'b', 1), delta('counts', 0, 'c', 1)], writes: writes('Lb') })
      const drain = (partition: number) => ({ kind: 'sum', store: 'counts', partition, position: 0 })
      equal(first, { status: 'committed', pointers: [drain(1), { kind: 'sink', sink: 'taken', sequence: 1 }] })
      equal(second, { status: 'committed', pointers: [drain(0), { kind: 'sink', sink: 'taken', sequence: 2 }] })
      matches(await log.range('kept', 1, 10), [
        { sequence: 1, payload: 'La', records: 1 },
        { sequence: 2, payload: 'Lb', records: 1 },
      ])
    }),
    law('turns a batch away whole where one inbox is full', { inbox: 5 }, async ({ log, append, commit, delta }) => {
      await append('words', 'a')
      await append('words', 'b')
      await commit('words', 1, { deltas: [delta('counts', 0, 'a', 1)] })
      const more = {
        deltas: [delta('counts', 1, 'b', 1), delta('counts', 0, 'a', 1)],
        writes: [{ sink: 'kept', payload: 'La', records: 1 }],
      }
      equal(await commit('words', 2, more), { status: 'full', where: 'inbox', name: 'counts', partition: 0 })
      equal((await log.read('words', 2)) !== undefined, true)
      equal([await log.hasRoom('counts', 0), await log.hasRoom('counts', 1)], [false, true])
      equal((await log.readInbox('counts', 1, 1000)).entries, [])
      equal(await log.range('kept', 1, 10), [])
      await log.commitSum({ ...(await sliceOf(log, 'counts', 0)), puts: [], removes: [], deadLetters: [] })
      equal(await log.hasRoom('counts', 0), true)
      matches(await commit('words', 2, more), { status: 'committed' })
    }),
    law('keeps dead letters with their place and time', async ({ log, time, append, commit }) => {
      await append('words', 'a')
      time.now = 5000
      const letter = { node: 'step "one"', index: 3, record: 'naïve\n🐦', error: 'it\0failed' }
      await commit('words', 1, { deadLetters: [letter] })
      const [found] = await log.deadLetters({ limit: 10 })
      equal(found, { ...letter, id: found?.id, stream: 'words', sequence: 1, at: 5000 })
    }),
  ],
}
