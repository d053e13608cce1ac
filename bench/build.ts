import { spawnSync } from 'node:child_process'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

export const root = join(import.meta.dirname, '..')

/**
 * Builds the package, and the programs of the bench against it. What is measured is what users run: the JavaScript of
 * dist/ under bare node, with no loader in between.
 */
export function build(): void {
  const tsc = join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin/tsc')
  for (const args of [[join(root, 'scripts/build.mjs')], [tsc, '-p', join(root, 'bench')]]) {
    const { status } = spawnSync(process.execPath, args, { stdio: 'inherit' })
    if (status !== 0) throw new Error('the bench measures what is built, and this does not build')
  }
}

/** Where a program of programs/ is, built. */
export const builtProgram = (name: string): string => join(root, '.cache/bench/bench/programs', `${name}.js`)
