import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, symlinkSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

export const root = join(import.meta.dirname, '..')

/** What is built of this folder. */
const built = join(root, '.cache/bench/bench')

/**
 * Builds the package, and the programs of the bench against it. What is measured is what users run: the JavaScript of
 * dist/ under bare node, with no loader in between.
 */
export function build(): void {
  run(join(root, 'scripts/build.mjs'))
  tsc('bench')
}

/** Builds the contenders that are written with peers, which have to be installed. */
export function buildPeers(): void {
  tsc('bench/peers')
  // Beside what is built, for Node to find them where it looks.
  const packages = join(built, 'peers/node_modules')
  if (existsSync(packages)) return
  mkdirSync(dirname(packages), { recursive: true })
  symlinkSync(join(root, 'bench/peers/node_modules'), packages, 'junction')
}

/** Where a program of programs/ is, built. */
export const builtProgram = (name: string): string => join(built, 'programs', `${name}.js`)

/** Where a program of peers/ is, built. */
export const builtPeer = (name: string): string => join(built, 'peers', `${name}.js`)

function tsc(project: string): void {
  const compiler = join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin/tsc')
  run(compiler, '-p', join(root, project))
}

function run(...args: readonly string[]): void {
  const { status } = spawnSync(process.execPath, args, { stdio: 'inherit' })
  if (status !== 0) throw new Error('the bench measures what is built, and this does not build')
}
