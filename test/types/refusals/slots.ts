import { codec, job, service, sink, source, store } from 'tanager'
import { sum } from 'tanager/algebra'

export const words = source('words', { item: codec.string })
export const numbers = source('numbers', { item: codec.int })
export const counts = store('counts', { key: codec.string, sum })
export const names = service('names', { key: codec.string, value: codec.string })
export const out = sink('out', { item: codec.string })

export const wordCount = job('word-count', words.map((w) => [w, 1] as const).sumByKey(counts))
export const named = job('named', words.lookup(names).keys().write(out))
