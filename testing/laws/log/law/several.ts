import type { Log } from '../../../../core/engine/log.ts'
import { equal, matches } from '../expected.ts'
import { type LogLaws, law } from '../log-law.ts'
import { gone } from '../scene.ts'

const dead = (index: number) => ({ node: 'n', index, record: `r${index}`, error: 'e' })

/** Batches as they are there, to be committed beside another. */
const beside = (log: Log, stream: string, ...sequences: readonly number[]) =>
  Promise.all(
    sequences.map(async (sequence) => ({ sequence, entry: (await log.read(stream, sequence)) ?? gone, deadLetters: [dead(sequence)] })),
  )

export const several: LogLaws = {
  about: 'several batches in one commit',
  laws: [
    law('are all committed, with what they come to together', async ({ log, append, commit, delta }) => {
      for (let n = 1; n <= 5; n++) await append('words', 'a', 'b')
      const deltas = [delta('counts', 0, 'a', 3)]
      const writes = [{ sink: 'taken', payload: 'Lx', records: 1 }]
      const committed = await commit('words', 2, { deltas, writes, deadLetters: [dead(0)], beside: await beside(log, 'words', 3, 5) })
      matches(committed, { status: 'committed' })
      matches((await log.progress()).streams.get('words'), { head: 5, watermark: 0, backlog: 2, records: 6 })
      equal(
        (await log.readInbox('counts', 0, 1000)).entries.map(({ payload }) => payload),
        [deltas[0]?.payload],
      )
      equal(
        (await log.deadLetters({ limit: 9 })).map(({ sequence, index }) => [sequence, index]),
        [
          [2, 0],
          [3, 3],
          [5, 5],
        ],
      )
      equal((await log.range('taken', 1, 9)).length, 1)
      for (const sequence of [2, 3, 5]) equal(await commit('words', sequence, { entry: gone }), { status: 'already' })
      matches(await commit('words', 1), { status: 'committed' })
      matches((await log.progress()).streams.get('words'), { watermark: 3 })
      matches(await commit('words', 4), { status: 'committed' })
      matches((await log.progress()).streams.get('words'), { watermark: 5, backlog: 0 })
    }),
    law('change nothing where one of them is committed, or is not what was read', async ({ log, append, commit, delta }) => {
      for (let n = 1; n <= 4; n++) await append('words', 'a')
      const others = await beside(log, 'words', 2, 3)
      const deltas = [delta('counts', 0, 'a', 3)]
      matches(await commit('words', 3), { status: 'committed' })
      equal(await commit('words', 1, { deltas, beside: others }), { status: 'already' })
      const [second] = others
      const another = [{ sequence: 2, deadLetters: [], entry: { ...gone, id: '2-1' } }]
      equal(await commit('words', 1, { deltas, beside: another }), { status: 'already' })
      equal(await commit('words', 1, { deltas, entry: { ...gone, id: '1-1' }, beside: second === undefined ? [] : [second] }), {
        status: 'already',
      })
      equal((await log.readInbox('counts', 0, 1000)).entries, [])
      equal(await log.deadLetters({ limit: 9 }), [])
      matches((await log.progress()).streams.get('words'), { watermark: 0, backlog: 3, records: 1 })
      for (const sequence of [1, 2, 4]) matches(await commit('words', sequence), { status: 'committed' })
      matches((await log.progress()).streams.get('words'), { watermark: 4, backlog: 0 })
    }),
    law('are turned away together where there is no room', { inbox: 3, deadLetters: 1 }, async ({ log, append, commit, delta }) => {
      for (let n = 1; n <= 6; n++) await append('words', 'a')
      matches(await commit('words', 1, { deltas: [delta('counts', 0, 'a', 1)], deadLetters: [dead(0)] }), { status: 'committed' })
      const others = (await beside(log, 'words', 3)).map((each) => ({ ...each, deadLetters: [] }))
      const deltas = [delta('counts', 0, 'a', 2)]
      equal(await commit('words', 2, { deltas, beside: others }), { status: 'full', where: 'inbox', name: 'counts', partition: 0 })
      matches(await commit('words', 2, { beside: await beside(log, 'words', 3) }), { status: 'full', where: 'dead letters' })
      matches((await log.progress()).streams.get('words'), { watermark: 1, backlog: 5 })
      matches(await commit('words', 2, { beside: others }), { status: 'committed' })
      matches((await log.progress()).streams.get('words'), { watermark: 3, backlog: 3 })
    }),
    law('that follow on one another keep their place in an ordered inbox', async ({ log, append, commit, delta }) => {
      for (let n = 1; n <= 6; n++) await append('words', 'a')
      const add = (text: string) => [delta('text', 0, 'all', text)]
      const inbox = async () => (await log.readInbox('text', 0, 1000)).entries.map(({ payload }) => (JSON.parse(payload) as unknown[])[1])
      matches(await commit('words', 6, { deltas: add('f') }), { status: 'committed' })
      matches(await commit('words', 3, { deltas: add('cd'), beside: await beside(log, 'words', 4) }), { status: 'committed' })
      equal(await inbox(), [])
      matches(await commit('words', 1, { deltas: add('ab'), beside: await beside(log, 'words', 2) }), { status: 'committed' })
      equal(await inbox(), ['ab', 'cd'])
      matches(await commit('words', 5, { deltas: add('e') }), { status: 'committed' })
      equal(await inbox(), ['ab', 'cd', 'e', 'f'])
    }),
    law('have one latest time', async ({ log, append, commit }) => {
      for (let n = 1; n <= 2; n++) await append('words', 'a')
      matches(await commit('words', 1, { eventTime: 7, beside: await beside(log, 'words', 2) }), { status: 'committed' })
      matches((await log.progress()).streams.get('words'), { eventTime: 7 })
    }),
  ],
}
