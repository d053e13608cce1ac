import { codec, job, source, store } from 'tanager'
import { sum } from 'tanager/algebra'
import type { Right } from '../harmless.ts'

const lines = source('lines', { item: codec.string })

const vowels = Object.freeze(['a', 'e', 'i', 'o', 'u'])
const format = new Intl.NumberFormat('en')
const plain = / \w+ /
const sticky = /o/g
const memo = new Map<string, { readonly length: number }>()
let table: ReadonlySet<string> | undefined
let slowest = 0

export default {
  right: 'functions that capture what does no harm: a table made late, a memo of objects, and a clock that nobody is told of',
  job: job(
    'lines',
    lines
      .map((line) => {
        const began = performance.now()
        table ??= new Set(vowels)
        const found = [...line].filter((letter) => table?.has(letter)).length
        slowest = Math.max(slowest, performance.now() - began)
        return [line, found] as const
      })
      .map(([line, found]) => {
        const known = memo.get(line) ?? { length: line.length }
        memo.set(line, known)
        return [known, found] as const
      })
      .map(([{ length }, found]) => [format.format(length * 1000), found] as const)
      .sumByKey(store('vowels', { key: codec.string, sum })),
    lines
      .filter((line) => plain.test(line))
      // With /g, but from the beginning each time.
      .map((line) => [line.replace(sticky, '0'), [...line.matchAll(sticky)].length] as const)
      .sumByKey(store('os', { key: codec.string, sum })),
    lines
      .map((line) => [...line].sort())
      .map((letters) => [letters.slice().reverse().join(''), letters.length] as const)
      .sumByKey(store('sorted', { key: codec.string, sum })),
  ),
  inputs: { lines: ['to be or not', 'to be', 'that is the question', 'to be', 'oo oo oo', 'that is the question'] },
} satisfies Right
