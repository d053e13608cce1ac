import { none, some } from 'fp-ts/lib/Option.js'
import { expect, it } from 'vitest'
import { memoryQueue } from '../../../../core/contract/reader/memory-queue.ts'
import { memoryTape } from '../../../../core/contract/reader/memory-tape.ts'

const batch = { records: 10, length: 5, linger: 0 }

it('a tape cuts by length, ends where it was told to, and refuses a position that is none of its own', async () => {
  const tape = memoryTape()
  tape.add('aaa', 'bb', 'c', 'dddddddd')
  tape.end()
  const source = await tape.reader.open({ position: none, batch })
  const cut = [await source.next(), await source.next(), await source.next(), await source.next()]
  expect(cut.map((each) => each?.records)).toEqual([['aaa', 'bb'], ['c'], ['dddddddd'], undefined])
  expect(cut[1]?.position).toEqual(some('3'))
  await expect(tape.reader.open({ position: some('b'), batch })).rejects.toThrow('this is no position of this source')
})

it('a queue shares its records among readers, ends when all are acknowledged, and keeps their ids', async () => {
  const queue = memoryQueue()
  queue.add('a', 'b', 'c')
  queue.end()
  const one = { ...batch, records: 2 }
  const [first, second] = [await queue.reader.open({ position: none, batch: one }), await queue.reader.open({ position: none, batch: one })]
  const [mine, yours] = [await first.next(), await second.next()]
  expect([mine?.records, yours?.records, queue.left()]).toEqual([['a', 'b'], ['c'], 3])
  // It is not over yet: what is not acknowledged may come again.
  const more = second.next()
  await first.close()
  const again = await more
  expect(again?.records).toEqual(['a', 'b'])
  expect(again?.ids).toEqual(mine?.ids)
  for (const done of [yours, again]) if (done !== undefined) await second.acknowledge(done)
  expect([queue.left(), await second.next()]).toEqual([0, undefined])
})
