import { equal, matches } from '../expected.ts'
import { type LogLaws, law } from '../log-law.ts'

export const sums: LogLaws = {
  about: 'commitSum',
  laws: [
    law('writes what was merged, and moves on', async ({ log, append, commit, delta, merge }) => {
      await append('words', 'a')
      await commit('words', 1, { deltas: [delta('counts', 0, 'a', 1)] })
      equal(
        await merge('counts', 0, {
          puts: [
            ['a', '1'],
            ['', 'empty key'],
            ['__proto__', '\0'],
          ],
        }),
        {
          status: 'committed',
          position: 1,
          left: false,
          pointers: [],
        },
      )
      equal(await log.readValues('counts', 0, ['a', 'b', '', '__proto__', 'a']), ['1', undefined, 'empty key', '\0', '1'])
      equal(await log.readValues('counts', 1, ['a']), [undefined])
      equal(await log.readValues('counts', 0, []), [])
      equal((await log.progress()).stores.get('counts'), [
        { position: 1, pending: 0, keys: 3 },
        { position: 0, pending: 0, keys: 0 },
      ])
    }),
    law('removes what is not worth keeping', async ({ log, append, commit, delta, merge }) => {
      for (const word of 'ab') await commit('words', await append('words', word), { deltas: [delta('counts', 0, word, 1)] })
      const { entries, position } = await log.readInbox('counts', 0, 1)
      await merge('counts', 0, {
        entries,
        position,
        puts: [
          ['a', '1'],
          ['b', '2'],
        ],
      })
      await merge('counts', 0, { removes: ['a', 'never'] })
      equal(await log.readValues('counts', 0, ['a', 'b']), [undefined, '2'])
      matches((await log.progress()).stores.get('counts')?.[0], { keys: 1 })
    }),
    law('keeps bytes as they are', async ({ log, append, commit, delta, merge }) => {
      await commit('others', await append('others', 'a'), { deltas: [delta('bytes', 0, 'a', 'a')] })
      const value = Uint8Array.from({ length: 256 }, (_, i) => i)
      await merge('bytes', 0, { puts: [['a', value]] })
      const [found] = await log.readValues('bytes', 0, ['a'])
      equal([...(found as Uint8Array)], [...value])
      const { entries } = await log.scan('bytes', 0, '0')
      equal(
        entries.map(([key, bytes]) => [key, [...(bytes as Uint8Array)]]),
        [['a', [...value]]],
      )
    }),
    law('changes nothing for one who comes late', async ({ log, append, commit, delta, merge }) => {
      for (const word of 'ab') await commit('words', await append('words', word), { deltas: [delta('counts', 0, word, 1)] })
      const { position, entries } = await log.readInbox('counts', 0, 1)
      await merge('counts', 0, { position, entries, puts: [['a', '1']] })
      const late = {
        position,
        entries,
        puts: [['a', '2'] as const],
        output: { payload: 'L1', records: 1 },
        deadLetters: [{ node: 'merge', index: 0, record: '["a",1]', error: 'e' }],
      }
      equal(await merge('counts', 0, late), { status: 'stale' })
      equal(await log.readValues('counts', 0, ['a']), ['1'])
      equal(await log.deadLetters({ limit: 10 }), [])
      matches((await log.progress()).streams.get('counts'), { head: 0 })
      equal((await log.readInbox('counts', 0, 1000)).entries.length, 1)
    }),
    law('passes on what changed, unless the output is full', { stream: 5 }, async ({ log, append, commit, delta, merge }) => {
      for (const word of 'ab') await commit('words', await append('words', word), { deltas: [delta('counts', 0, word, 1)] })
      const output = { payload: 'L["a",1]', records: 1 }
      const { position, entries } = await log.readInbox('counts', 0, 1)
      equal(await merge('counts', 0, { position, entries, output }), {
        status: 'committed',
        position: 1,
        left: true,
        pointers: [{ kind: 'stage', stream: 'counts', sequence: 1 }],
      })
      matches(await log.read('counts', 1), output)
      equal(await merge('counts', 0, { output, puts: [['b', '1']] }), { status: 'full', where: 'output', name: 'counts' })
      equal(await log.readValues('counts', 0, ['b']), [undefined])
      matches(await merge('counts', 0, { puts: [['b', '1']] }), { status: 'committed', left: false, pointers: [] })
    }),
    law('takes thousands of values at once', async ({ log, append, commit, delta, merge }) => {
      await commit('words', await append('words', 'a'), { deltas: [delta('counts', 0, 'a', 1)] })
      const keys = Array.from({ length: 10_001 }, (_, i) => `key-${i}`)
      await merge('counts', 0, { puts: keys.map((key, i) => [key, String(i)] as const) })
      equal(
        await log.readValues('counts', 0, keys),
        keys.map((_, i) => String(i)),
      )
      await commit('words', await append('words', 'a'), { deltas: [delta('counts', 0, 'a', 1)] })
      await merge('counts', 0, { removes: keys.slice(1) })
      matches((await log.progress()).stores.get('counts')?.[0], { keys: 1 })
    }),
  ],
}
