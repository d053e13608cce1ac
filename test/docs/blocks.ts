import { readFileSync } from 'node:fs'

/** A block of code in a page. */
export interface Block {
  readonly language: string
  /** The name its first line gives it (`// job.ts`), or one by its place in the page. */
  readonly file: string
  readonly code: string
  readonly line: number
}

/** The fenced blocks of a Markdown page, or of a source file's doc comments, in order. */
export function blocksOf(page: string): readonly Block[] {
  const text = readFileSync(page, 'utf8')
  const lines = (page.endsWith('.ts') ? text.replaceAll(/^ *\* ?/gm, '') : text).split('\n')
  const blocks: Block[] = []
  let start: number | undefined
  for (const [i, line] of lines.entries()) {
    if (!line.startsWith('```')) continue
    if (start === undefined) {
      start = i
      continue
    }
    const code = lines.slice(start + 1, i).join('\n')
    const named = /^\/\/ (\S+\.ts)$/.exec(lines[start + 1] ?? '')?.[1]
    blocks.push({ language: (lines[start] as string).slice(3), file: named ?? `block-${blocks.length + 1}.ts`, code, line: start + 1 })
    start = undefined
  }
  return blocks
}
