import { equal, matches } from '../expected.ts'
import { type LogLaws, law } from '../log-law.ts'
import { batch } from '../scene.ts'

const read = (writer: string, number: number, from: string | undefined, to: string, ids: readonly string[] = []) => ({
  ...batch(writer, number),
  position: { from, to },
  ids,
})

/** What was read outside: once for each position, and for each id as long as that is remembered. */
export const take: LogLaws = {
  about: 'take',
  laws: [
    law('begins nowhere, and is where the last batch that was taken ends', async ({ log }) => {
      equal(await log.readPosition('words'), undefined)
      equal(await log.take(read('r', 1, undefined, 'a')), { status: 'appended', sequence: 1 })
      equal(await log.readPosition('words'), 'a')
      equal(await log.take(read('r', 2, 'a', '{"file":"naïve 🐦","at":7}')), { status: 'appended', sequence: 2 })
      equal(await log.readPosition('words'), '{"file":"naïve 🐦","at":7}')
      equal(await log.readPosition('others'), undefined)
    }),
    law('takes nothing that begins elsewhere, and says where it is', async ({ log }) => {
      equal(await log.take(read('r', 1, 'b', 'c')), { status: 'elsewhere', position: undefined })
      await log.take(read('r', 1, undefined, 'b'))
      equal(await log.take(read('s', 1, undefined, 'a')), { status: 'elsewhere', position: 'b' })
      equal(await log.take(read('s', 1, 'a', 'c')), { status: 'elsewhere', position: 'b' })
      equal(await log.readPosition('words'), 'b')
      equal((await log.range('words', 1, 10)).length, 1)
    }),
    law('knows a batch that comes again, and does not go back for it', async ({ log }) => {
      await log.take(read('r', 1, undefined, 'a', ['i']))
      await log.take(read('r', 2, 'a', 'b', ['j']))
      equal(await log.take(read('r', 2, 'a', 'b', ['j'])), { status: 'repeated', sequence: 2 })
      equal(await log.readPosition('words'), 'b')
    }),
    law('takes no record whose id has come, and says which', async ({ log }) => {
      const known = (number: number, ...ids: readonly string[]) => log.take({ ...batch('r', number), ids })
      equal(await known(1, 'a', 'b'), { status: 'appended', sequence: 1 })
      equal(await known(2, 'c', 'b', 'd', 'a'), { status: 'known', known: [1, 3] })
      equal((await log.range('words', 1, 10)).length, 1)
      // Nothing of what was refused is remembered.
      equal(await known(2, 'c', 'd'), { status: 'appended', sequence: 2 })
      equal(await log.take({ ...batch('s', 1), stream: 'others', ids: ['a'] }), { status: 'appended', sequence: 1 })
    }),
    law('says so also where it is full: what has come needs no room', { stream: 1 }, async ({ log, commit }) => {
      const known = (number: number, ...ids: readonly string[]) => log.take({ ...batch('r', number), ids })
      await known(1, 'a', 'b')
      equal(await known(2, 'c', 'b'), { status: 'known', known: [1] })
      equal(await known(2, 'c'), { status: 'full' })
      await commit('words', 1)
      equal(await known(2, 'c'), { status: 'appended', sequence: 2 })
    }),
    law('takes an id that stands twice in one batch', async ({ log }) => {
      const known = (number: number, ...ids: readonly string[]) => log.take({ ...batch('r', number), ids })
      equal(await known(1, 'a', 'b', 'a'), { status: 'appended', sequence: 1 })
      equal(await known(2, 'c', 'a', 'c'), { status: 'known', known: [1] })
    }),
    law('knows ids however many come in one batch', async ({ log }) => {
      const known = (number: number, ids: readonly string[]) => log.take({ ...batch('r', number), ids })
      const some = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => `${from + i}-0`)
      equal(await known(1, some(0, 4500)), { status: 'appended', sequence: 1 })
      const places = Array.from({ length: 500 }, (_, i) => 4500 + i)
      equal(await known(2, [...some(4500, 9000), ...some(4000, 4500)]), { status: 'known', known: places })
      equal(await known(2, some(4500, 9000)), { status: 'appended', sequence: 2 })
      equal(await known(3, some(0, 9000)), { status: 'known', known: Array.from({ length: 9000 }, (_, place) => place) })
    }),
    law('remembers as many ids as it is to, and twice as many at most', { ids: 3 }, async ({ log }) => {
      const known = (number: number, ...ids: readonly string[]) => log.take({ ...batch('r', number), ids })
      for (let n = 1; n <= 20; n++) {
        equal(await known(n, `${n}`), { status: 'appended', sequence: n })
        const last = [n - 2, n - 1, n].filter((id) => id >= 1).map(String)
        equal(await known(n + 1, ...last), { status: 'known', known: last.map((_, place) => place) })
      }
      matches(await known(21, '14'), { status: 'appended' })
    }),
    law('takes what is written as UTF-8 as the text it is, and as long as that', { stream: 6 }, async ({ log, commit }) => {
      const text = 'Lé\n\ufeff🐦'
      const utf8 = { bytes: new TextEncoder().encode(text), length: text.length }
      equal(utf8.bytes.length, 11)
      equal(await log.take({ ...read('r', 1, undefined, 'a'), payload: { ...utf8, length: 6 } }), { status: 'appended', sequence: 1 })
      matches((await log.range('words', 1, 10))[0], { payload: text })
      equal(await log.take(read('r', 2, 'a', 'b')), { status: 'full' })
      await commit('words', 1)
      equal(await log.take({ ...read('r', 2, 'a', 'b'), payload: utf8 }), { status: 'appended', sequence: 2 })
    }),
    law('waits for room like any other, and is where it was', { stream: 1 }, async ({ log, commit }) => {
      await log.take(read('r', 1, undefined, 'a', ['i']))
      equal(await log.take(read('r', 2, 'a', 'b', ['j'])), { status: 'full' })
      equal(await log.readPosition('words'), 'a')
      await commit('words', 1)
      equal(await log.take(read('r', 2, 'a', 'b', ['j'])), { status: 'appended', sequence: 2 })
    }),
  ],
}
