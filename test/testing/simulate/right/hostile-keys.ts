import { codec, job, sink, source, store } from 'tanager'
import { count, list } from 'tanager/algebra'
import type { Right } from '../harmless.ts'

const words = source('words', { item: codec.string })
const nothing = source('nothing', { item: codec.string })

const keys = [
  '',
  ' ',
  '__proto__',
  'constructor',
  'a"b',
  "a'b",
  'a\nb',
  '{"a":1}',
  '[]',
  '0',
  '-0',
  'é',
  'é',
  '\u0000',
  '🦜',
  'x'.repeat(2000),
]

export default {
  right: 'keys that look like something else, a source without records, and words that no store has room for twice',
  job: job(
    'keys',
    words
      .merge(nothing)
      .keyBy((word) => word)
      .aggregateByKey(store('counts', { key: codec.string, sum: count })),
    words.map((word) => [word, word] as const).aggregateByKey(store('same', { key: codec.string, sum: list(codec.string, { last: 2 }) })),
    words
      .map((word) => [[word, word.length], 1] as const)
      .aggregateByKey(store('pairs', { key: codec.tuple(codec.string, codec.int), sum: count })),
    words.write(sink('seen', { item: codec.string })),
  ),
  inputs: { words: [...keys, ...keys.slice(3), ...keys.slice(9)], nothing: [] },
} satisfies Right
