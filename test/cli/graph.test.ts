import { expect, test } from 'vitest'
import { describe as describePlan, dot, mermaid, planOf } from '../../core/plan/index.ts'
import words from './fixtures/words.ts'
import { inside } from './inside.ts'
import { fixture, tanager } from './tanager.ts'

const shown: readonly (readonly [args: readonly string[], text: string])[] = [
  [[], describePlan(planOf(words))],
  [['--logical'], describePlan(planOf(words, { rules: [] }))],
  [['--format', 'mermaid'], mermaid(planOf(words))],
  [['--format', 'mermaid', '--logical'], mermaid(words)],
  [['-f', 'dot'], dot(planOf(words))],
  [['-f', 'dot', '--logical'], dot(words)],
]

test.each(shown)('graph %j', async (args, text) => {
  expect(await inside(['graph', fixture('words.ts'), ...args])).toEqual({ code: 0, signal: null, stdout: `${text}\n`, stderr: '' })
})

test('a graph needs no Redis, and nothing but its module', async () => {
  const args = ['graph', fixture('words.ts')]
  expect(await tanager(args, { env: { REDIS_URL: 'redis://127.0.0.1:1' } })).toMatchObject({ code: 0, stderr: '' })
})
