import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../build.ts'
import type { Result } from '../report/result.ts'

// What was last measured of each workload is kept in bench/results, a file each; the page is made of these and of nothing else.

const folder = join(root, 'bench/results')

export function keep(result: Result): void {
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, `${result.workload}.json`), textOf(result))
}

/** What is kept, in the order of the workloads' names. */
export const kept = (): readonly Result[] =>
  readdirSync(folder)
    .filter((file) => file.endsWith('.json'))
    .sort()
    .map((file) => JSON.parse(readFileSync(join(folder, file), 'utf8')) as Result)

/** Six digits are enough of any measurement; those of all runs stand in one line. */
const textOf = (result: Result): string =>
  `${JSON.stringify(result, (_, value: unknown) => (typeof value === 'number' ? Number(value.toPrecision(6)) : value), 2).replaceAll(/\[\s+(-?\d[^[\]{}"]*?)\s+\]/g, (_, numbers: string) => `[${numbers.split(/,\s+/).join(', ')}]`)}\n`
