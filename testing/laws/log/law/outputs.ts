import type { Log } from '../../../../core/engine/log.ts'
import { equal, matches } from '../expected.ts'
import { type LogLaws, law } from '../log-law.ts'
import { gone } from '../scene.ts'

const outputOf = async (log: Log, name: string) => (await log.progress()).outputs.get(name)

export const outputs: LogLaws = {
  about: 'outputs',
  laws: [
    law('are counted by rows and bytes, and when they were last written', async ({ log, time, append, commit, delta, merge }) => {
      equal(await outputOf(log, 'counts'), { rows: 0, bytes: 0 })
      equal(await outputOf(log, 'kept'), { rows: 0, bytes: 0 })
      const deltas = [delta('counts', 0, 'a', 1), delta('counts', 1, 'b', 1)]
      const writes = [{ sink: 'kept', payload: 'Lnaïve € 🐦', records: 3 }]
      time.now = 2000
      await commit('words', await append('words', 'a'), { deltas, writes })
      equal(await outputOf(log, 'kept'), { rows: 3, bytes: 16, lastWrite: 2000 })
      equal(await outputOf(log, 'counts'), { rows: 0, bytes: 0 })
      time.now = 3000
      await merge('counts', 0, {
        puts: [
          ['é', '🐦'],
          ['ab', ''],
        ],
        removes: ['never'],
      })
      equal(await outputOf(log, 'counts'), { rows: 3, bytes: 8, lastWrite: 3000 })
      time.now = 4000
      await merge('counts', 1, { removes: ['b'] })
      equal(await outputOf(log, 'counts'), { rows: 4, bytes: 8, lastWrite: 4000 })
    }),
    law('are counted by their bytes where values are bytes', async ({ log, append, commit, delta, merge }) => {
      await commit('others', await append('others', 'a'), { deltas: [delta('bytes', 1, 'a', 'a')] })
      await merge('bytes', 1, { puts: [['a', Uint8Array.from({ length: 256 }, (_, i) => i)]] })
      matches(await outputOf(log, 'bytes'), { rows: 1, bytes: 257 })
    }),
    law('are counted once, however often a batch is committed', async ({ log, append, commit }) => {
      const writes = [{ sink: 'kept', payload: 'La', records: 1 }]
      await append('words', 'a')
      const entry = (await log.read('words', 1)) ?? gone
      await commit('words', 1, { entry, writes })
      await commit('words', 1, { entry, writes })
      matches(await outputOf(log, 'kept'), { rows: 1, bytes: 2 })
    }),
    law('are not counted for one who comes late, or is turned away', { stream: 2 }, async ({ log, append, commit, delta, merge }) => {
      for (const word of 'abc') await commit('words', await append('words', word), { deltas: [delta('counts', 0, word, 1)] })
      const { position, entries } = await log.readInbox('counts', 0, 1)
      const puts = [['a', '1'] as const]
      const output = { payload: 'L["a",1]', records: 1 }
      await merge('counts', 0, { position, entries, puts, output })
      equal(await merge('counts', 0, { position, entries, puts, output }), { status: 'stale' })
      matches(await merge('counts', 0, { puts, output }), { status: 'full' })
      matches(await outputOf(log, 'counts'), { rows: 1, bytes: 2 })
    }),
    law('are not written by a merge in which all was refused', async ({ log, append, commit, delta, merge }) => {
      await commit('words', await append('words', 'a'), { deltas: [delta('counts', 0, 'a', 1)] })
      await merge('counts', 0, { deadLetters: [{ node: 'merge', index: 0, record: '["a",1]', error: 'e' }] })
      equal(await outputOf(log, 'counts'), { rows: 0, bytes: 0 })
    }),
    law('are counted here when they are written outside', async ({ log, time, append, commit, delta, merge }) => {
      await commit('words', await append('words', 'a'), { deltas: [delta('counts', 0, 'a', 1)] })
      const slice = await log.readInbox('counts', 0, 1)
      time.now = 2000
      await merge('counts', 0, { ...slice, written: { rows: 7, bytes: 70 } })
      await merge('counts', 0, { ...slice, written: { rows: 7, bytes: 70 } })
      equal(await outputOf(log, 'counts'), { rows: 7, bytes: 70, lastWrite: 2000 })
    }),
    law('tell when a batch was last delivered', async ({ log, time, append, commit }) => {
      for (const word of 'ab') {
        await commit('words', await append('words', word), { writes: [{ sink: 'taken', payload: `L${word}`, records: 1 }] })
      }
      const entry = (await log.read('taken', 1)) ?? gone
      time.now = 5000
      await log.commitSink('taken', 1, entry)
      time.now = 6000
      await log.commitSink('taken', 1, entry)
      equal(await outputOf(log, 'taken'), { rows: 2, bytes: 4, lastWrite: 1000, lastDelivery: 5000 })
    }),
  ],
}
