import { expect, test } from 'vitest'
import { describe as describePlan, dot, mermaid, planOf } from '../../core/plan/index.ts'
import words from './fixtures/words.ts'
import { fixture, tanager } from './tanager.ts'

const graph = (...args: string[]) => tanager(['graph', fixture('words.ts'), ...args])

test.concurrent.each<readonly [readonly string[], string]>([
  [[], describePlan(planOf(words))],
  [['--logical'], describePlan(planOf(words, { rules: [] }))],
  [['--format', 'mermaid'], mermaid(planOf(words))],
  [['--format', 'mermaid', '--logical'], mermaid(words)],
  [['-f', 'dot'], dot(planOf(words))],
  [['-f', 'dot', '--logical'], dot(words)],
])('graph %j', async (args, expected) => {
  expect(await graph(...args)).toMatchObject({ code: 0, stdout: `${expected}\n`, stderr: '' })
})
