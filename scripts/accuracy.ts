import { readFileSync, writeFileSync } from 'node:fs'
import { markdownOf } from './accuracy/table.ts'
import { accuracyTables } from './accuracy/tables.ts'

// How near the sketches come to the truth, beside what they promise: printed, and with --write put into the page.

const page = new URL('../docs/algebra.md', import.meta.url)
const [begin, end] = ['<!-- accuracy -->', '<!-- /accuracy -->'] as const

const tables = accuracyTables(1_000_000)
const text = tables.map(markdownOf).join('\n')
console.log(text)

for (const { title, rows } of tables) {
  for (const { cells, error, bound } of rows) {
    if (error <= bound) continue
    console.error(`beyond its bound: ${title}: ${cells.join(', ')}`)
    process.exitCode = 1
  }
}

if (process.argv.includes('--write')) {
  const [before, rest] = readFileSync(page, 'utf8').split(begin)
  const after = rest?.split(end)[1]
  if (before === undefined || after === undefined) throw new Error(`docs/algebra.md has lost its marks ${begin} and ${end}`)
  writeFileSync(page, `${before}${begin}\n\n${text}\n${end}${after}`)
}
