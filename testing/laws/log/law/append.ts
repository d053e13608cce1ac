import { frame, unframe } from '../../../../core/engine/frame.ts'
import { equal, matches } from '../expected.ts'
import { type LogLaws, law } from '../log-law.ts'
import { batch, gone } from '../scene.ts'

export const append: LogLaws = {
  about: 'append',
  laws: [
    law('numbers batches from 1, each stream on its own', async ({ append }) => {
      equal([await append('words', 'a'), await append('words', 'b'), await append('others', 'c'), await append('words', 'd')], [1, 2, 1, 3])
    }),
    law('keeps a batch as it is until it is committed', async ({ log, append, commit }) => {
      const hostile = ['', 'L', '"', '\\', '\0', 'naïve 🐦', '\u2028', 'a\tb']
      await append('words', ...hostile)
      const entry = { payload: frame(hostile), records: hostile.length }
      matches(await log.read('words', 1), entry)
      equal(await log.range('words', 1, 10), [{ ...(await log.read('words', 1)), sequence: 1 }])
      await commit('words', 1)
      equal(await log.read('words', 1), undefined)
      equal(await log.range('words', 1, 10), [])
      equal(await log.read('words', 2), undefined)
    }),
    law('keeps a long batch as it is, and lets go of its length with it', { stream: 199_600 }, async ({ log, commit }) => {
      // Whether a character takes one byte or several: the room is counted in UTF-16 units. One of these is as much as there may be.
      for (const [i, letter] of ['a', 'ä', '漢', '🐦'].entries()) {
        const records = Array.from({ length: 400 }, (_, n) => String(n).padStart(4, '0') + letter.repeat(495 / letter.length))
        const sequence = i + 1
        equal(await log.append(batch('w', sequence, frame(records))), { status: 'appended', sequence })
        equal(await log.append(batch('w', sequence + 1)), { status: 'full' })
        equal(unframe(((await log.read('words', sequence)) ?? gone).payload), records)
        matches(await commit('words', sequence), { status: 'committed' })
      }
    }),
    law('knows a batch that comes again, committed or not', async ({ log, commit }) => {
      equal(await log.append(batch('w', 1)), { status: 'appended', sequence: 1 })
      equal(await log.append(batch('w', 1)), { status: 'repeated', sequence: 1 })
      await commit('words', 1)
      equal(await log.append(batch('w', 1)), { status: 'repeated', sequence: 1 })
      equal(await log.append(batch('w', 2)), { status: 'appended', sequence: 2 })
      equal(await log.append(batch('v', 1)), { status: 'appended', sequence: 3 })
      equal(await log.append(batch('w', 2)), { status: 'repeated', sequence: 2 })
    }),
    law('answers the head for one long past', async ({ log }) => {
      for (let n = 1; n <= 3; n++) await log.append(batch('w', n))
      await log.append(batch('v', 1))
      equal(await log.append(batch('w', 1)), { status: 'repeated', sequence: 4 })
    }),
    law('lets a writer begin anywhere, and then leave nothing out', async ({ log }) => {
      equal(await log.append(batch('w', 7)), { status: 'appended', sequence: 1 })
      equal(await log.append(batch('w', 9)), { status: 'gap', last: 7 })
      equal(await log.append(batch('w', 8)), { status: 'appended', sequence: 2 })
      equal(await log.append(batch('w', 9)), { status: 'appended', sequence: 3 })
    }),
    law('keeps writers apart, whatever they are called', async ({ log }) => {
      for (const writer of ['a', 'a:1', 'head', 'watermark', 'writer:a', '', '🐦', '7 8']) {
        matches(await log.append(batch(writer, 1)), { status: 'appended' })
        matches(await log.append(batch(writer, 1)), { status: 'repeated' })
      }
    }),
    law('takes no more than there is room for, but always one, and a repetition', { stream: 10 }, async ({ log, commit }) => {
      const long = `L${'🐦'.repeat(10)}`
      equal(await log.append(batch('w', 1, long)), { status: 'appended', sequence: 1 })
      equal(await log.append(batch('w', 2)), { status: 'full' })
      equal(await log.append(batch('w', 1, long)), { status: 'repeated', sequence: 1 })
      await commit('words', 1)
      // Up to the limit, in characters, not bytes: two of five, one more, then it is full.
      for (let n = 2; n <= 3; n++) matches(await log.append(batch('w', n, 'L🐦🐦')), { status: 'appended' })
      equal(await log.append(batch('w', 4)), { status: 'full' })
    }),
  ],
}
