import fc from 'fast-check'
import { prelude } from './expression.ts'
import { summingPrelude } from './summing.ts'

/** The program a user would have written, with its inputs. */
export function textOf(lines: readonly string[], tails: readonly string[], inputs: Readonly<Record<string, unknown>>): string {
  const bound = Object.entries(inputs).map(
    ([name, value]) => `  ${name}: ${typeof value === 'function' ? value.name : fc.stringify(value)},`,
  )
  const program = [...lines, `const random = job('random', ${tails.join(', ')})`, 'const inputs = {', ...bound, '}']
  // Of what may be called, what is: by the program, or by something else that is.
  for (const line of vocabulary.toReversed()) {
    const name = /^const (\w+)/.exec(line)?.[1] ?? ''
    if (new RegExp(`\\b${name}\\b(?!:)`).test(program.join('\n'))) program.unshift(line)
  }
  return `\n${program.join('\n')}\n`
}

const vocabulary = [prelude, summingPrelude].flatMap((text) => text.split(/\n(?=const)/))
