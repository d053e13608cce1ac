import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

const root = fileURLToPath(new URL('../..', import.meta.url))
const page = join(root, 'docs', 'guarantees.md')

/** Links to tests, and to laws of the testing kit: the name, or how it begins, and the file it is in. */
const links = [...readFileSync(page, 'utf8').matchAll(/\[([^\]]+)\]\((\.\.\/test(?:ing)?\/[^)]+)\)/g)].map(([, name, file]) => ({
  name: name as string,
  file: join(dirname(page), file as string),
}))

/** What a file calls its tests: each text before a function, be it an argument of `it` or in a table of `each`; and its law. */
const namesIn = (file: string): readonly string[] =>
  [
    ...readFileSync(file, 'utf8').matchAll(
      /'((?:[^'\\\n]|\\.)*)',\s*(?:\{[^}]*\},\s*)?(?:async )?\(|`([^`\n]*)`,\s*(?:async )?\(|^ {2}law: '([^'\n]*)',$/gm,
    ),
  ].map(([, plain, template, law]) => (plain ?? template ?? law) as string)

describe('the page of guarantees', () => {
  it('names the test behind each line of its tables', () => {
    expect(links.length).toBeGreaterThan(30)
    const lines = readFileSync(page, 'utf8').split('\n')
    // A table without a column of tests says what settings mean; its promises are in the one below it.
    const tables = lines
      .join('\n')
      .split(/\n(?!\|)/)
      .filter((part) => /^\n?\|.*shown by \|$/m.test(part))
    expect(tables.length).toBeGreaterThan(4)
    for (const table of tables) {
      for (const line of table.trim().split('\n').slice(2)) expect(line, line).toMatch(/\]\(\.\.\/test(?:ing)?\//)
    }
  })

  it.each(links)('names a test that is there: $name', ({ name, file }) => {
    expect(existsSync(file), file).toBe(true)
    const names = namesIn(file)
    expect(
      names.some((each) => each.startsWith(name)),
      `${file} has no test whose name begins with "${name}"`,
    ).toBe(true)
  })
})
