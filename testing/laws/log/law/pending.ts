import { equal } from '../expected.ts'
import { type LogLaws, law } from '../log-law.ts'
import { stagePointer } from '../scene.ts'

export const pending: LogLaws = {
  about: 'pending',
  laws: [
    law('finds all that is not done, the oldest first', async ({ log, append, commit, delta }) => {
      for (const word of 'abcdef') await append('words', word)
      await append('others', 'x')
      await commit('words', 2, {
        deltas: [delta('counts', 1, 'b', 1)],
        writes: [
          { sink: 'taken', payload: 'Lb', records: 1 },
          { sink: 'kept', payload: 'Lb', records: 1 },
        ],
      })
      const { pointers } = await log.pending(10)
      equal(pointers.length, 8)
      equal(
        new Set(pointers),
        new Set<unknown>([
          ...[1, 3, 4, 5, 6].map((sequence) => stagePointer('words', sequence)),
          stagePointer('others', 1),
          { kind: 'sink', sink: 'taken', sequence: 1 },
          { kind: 'sum', store: 'counts', partition: 1, position: 0 },
        ]),
      )
      const few = await log.pending(2)
      equal(
        few.pointers.filter((pointer) => pointer.kind === 'stage' && pointer.stream === 'words'),
        [stagePointer('words', 1), stagePointer('words', 3)],
      )
    }),
    law('finds nothing where all is done', async ({ log, append, commit, delta, merge }) => {
      await commit('words', await append('words', 'a'), { deltas: [delta('counts', 0, 'a', 1)] })
      await merge('counts', 0)
      equal(await log.pending(10), { pointers: [] })
    }),
  ],
}
