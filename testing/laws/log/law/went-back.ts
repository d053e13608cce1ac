import { equal, matches, Unexpected } from '../expected.ts'
import { type LogLaws, law } from '../log-law.ts'
import { batch } from '../scene.ts'

// A log goes back when its Redis has lost its last moments: then a number, or a position, comes a second time.
export const wentBack: LogLaws = {
  about: 'of a time that never was',
  laws: [
    law('a batch is not committed in the place of another with its number', async ({ log, append, commit, delta }) => {
      await append('words', 'a')
      const deltas = [delta('counts', 0, 'z', 1)]
      const other = { id: '1-123', payload: 'Lz', records: 1 }
      equal(await commit('words', 1, { entry: other, deltas }), { status: 'already' })
      matches(await log.read('words', 1), { payload: 'La' })
      equal((await log.readInbox('counts', 0, 1000)).entries, [])
      matches(await commit('words', 1), { status: 'committed' })
    }),
    law('a delivery does not let another batch go', async ({ log, append, commit }) => {
      await append('words', 'a')
      await commit('words', 1, { writes: [{ sink: 'taken', payload: 'La', records: 1 }] })
      await log.commitSink('taken', 1, { id: '1-123', payload: 'Lz', records: 1 })
      matches(await log.read('taken', 1), { payload: 'La' })
    }),
    ...['counts', 'text'].map((store) =>
      law(`what was merged does not take the place of what is there, in ${store}`, async ({ log, append, commit, delta }) => {
        await append('words', 'a')
        await append('words', 'b')
        await commit('words', 1, { deltas: [delta(store, 0, 'a', 1)] })
        const { position, entries } = await log.readInbox(store, 0, 1000)
        const [entry] = entries
        if (entry === undefined) throw new Unexpected(`the inbox of ${store} is empty, and one batch has added to it`)
        const puts = [['a', '1']] as const
        const merged = { store, partition: 0, position, puts, removes: [], deadLetters: [] }
        const strange = { ...entry, stamp: entry.stamp.replace(/.$/, (digit) => (digit === '0' ? '1' : '0')) }
        equal(await log.commitSum({ ...merged, entries: [strange] }), { status: 'stale' })
        equal(await log.commitSum({ ...merged, entries: [entry, entry] }), { status: 'stale' })
        equal(await log.readValues(store, 0, ['a']), [undefined])
        await commit('words', 2, { deltas: [delta(store, 0, 'b', 1)] })
        matches(await log.commitSum({ ...merged, entries }), { status: 'committed', position: 1, left: true })
      }),
    ),
    law('two entries never have one stamp, nor two batches one id', async ({ log, append, commit, delta }) => {
      const ids = new Set<string>()
      for (let n = 1; n <= 50; n++) {
        await append('words', 'a')
        ids.add((await log.read('words', n))?.id ?? '')
        await commit('words', n, { deltas: [delta('counts', 0, 'a', 1), delta('text', 0, 'a', 'b')] })
      }
      equal(ids.size, 50)
      for (const store of ['counts', 'text']) {
        const { entries } = await log.readInbox(store, 0, 1_000_000)
        equal(new Set(entries.map(({ stamp }) => stamp)).size, 50)
      }
    }),
    law('values are read for a merge only where the inbox still is', async ({ log, append, commit, delta, merge }) => {
      await append('words', 'a')
      await commit('words', 1, { deltas: [delta('counts', 0, 'a', 1)] })
      equal(await log.readValuesAt('counts', 0, 0, ['a']), [undefined])
      await merge('counts', 0, { puts: [['a', '1']] })
      equal(await log.readValuesAt('counts', 0, 0, ['a']), undefined)
      equal(await log.readValuesAt('counts', 0, 1, ['a', 'b']), ['1', undefined])
      // Few and many may be read in ways of their own.
      const many = Array.from({ length: 5000 }, (_, i) => `none ${i}`)
      equal((await log.readValuesAt('counts', 0, 1, [...many, 'a']))?.at(-1), '1')
      equal(await log.readValuesAt('counts', 0, 0, [...many, 'a']), undefined)
    }),
    law('a writer whose batches are gone is told so, if it knows that there were any', async ({ log }) => {
      equal(await log.append({ ...batch('w', 4), continues: true }), { status: 'gap', last: 0 })
      matches(await log.append(batch('w', 4)), { status: 'appended' })
      matches(await log.append({ ...batch('w', 5), continues: true }), { status: 'appended' })
    }),
  ],
}
