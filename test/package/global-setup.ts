import { spawnSync } from 'node:child_process'
import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'

const root = join(import.meta.dirname, '../..')
const sources = ['core', 'platforms', 'connectors', 'testing', 'cli']
const settings = ['package.json', 'tsconfig.json', 'tsconfig.build.json', 'scripts/build.mjs']

/**
 * Before all tests: what is built is what the sources say. Tests that start the command start what users start, dist/ under
 * bare node, which takes a tenth of a second; from the sources it would take a whole one, hundreds of times.
 */
export default function setup(project: TestProject): void {
  build()
  project.onTestsRerun(build)
}

function build(): void {
  if (isFresh()) return
  const { status } = spawnSync(process.execPath, [join(root, 'scripts/build.mjs')], { stdio: 'inherit' })
  // Most tests need nothing that is built, and are of use to whoever is in the middle of a change.
  if (status !== 0)
    console.error('This does not build: tests of the command and of the documentation run what was built before, if anything.')
}

function isFresh(): boolean {
  const built = timeOf(join(root, 'dist/cli/main.js'))
  if (built === undefined) return false
  const changed = [...settings, ...sources.flatMap((folder) => [folder, ...within(folder)])]
  return changed.every((path) => (timeOf(join(root, path)) ?? 0) < built)
}

/** Files, and folders too: whose time changes when a file goes. */
const within = (folder: string): readonly string[] =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map((path) => join(folder, path))

const timeOf = (path: string): number | undefined => statSync(path, { throwIfNoEntry: false })?.mtimeMs
