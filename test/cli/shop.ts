import { existsSync } from 'node:fs'
import type { Folder } from './tanager.ts'

/** Files for the shop: orders, some of them not to be read or refused by the job, and notes. */
export async function shopFiles(at: Folder, orders: number): Promise<readonly string[]> {
  const items = ['hat', 'shoe', '🐦', '\ufffd', 'naïve\u001b[31m', 'a "quoted" one']
  const lines = Array.from({ length: orders }, (_, i) => {
    if (i % 97 === 13) return 'not json'
    if (i % 89 === 5) return ''
    const tags = i % 3 === 0 ? { tags: [`t${i % 7}`, 'all'] } : {}
    return JSON.stringify({ item: items[i % items.length], amount: i % 101 === 7 ? -1 : (i * 37) % 1000, ...tags })
  })
  const notes = Array.from({ length: 300 }, (_, i) => (i % 10 === 9 ? '' : `${'abc'[i % 3]}${i}`))
  return [
    '--source',
    `orders=${await at.file('orders.jsonl', `${lines.join('\n')}\n`)}`,
    '--source',
    `notes=${await at.file('notes.txt', `${notes.join('\n')}\n`)}`,
  ]
}

/** Where the shop's sink would write, and whether it has. */
export function largeFile(at: Folder) {
  const path = at.path('large.txt')
  return { env: { LARGE_FILE: path }, written: () => existsSync(path) }
}
