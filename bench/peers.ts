import { spawnSync } from 'node:child_process'
import { createRequire } from 'node:module'
import { join, relative } from 'node:path'
import { root } from './build.ts'

// What others have written is measured beside us and never installed with us: it has a package.json of its own. That lies a
// folder deeper than the bench, since Node looks for `tanager` in the nearest package.json, which must stay our own.

/** Where the peers are installed. */
export const peersFolder = join(root, 'bench/peers')

/** Sees to it that the peers are there. @throws Error that says what to type if they cannot be had */
export function installPeers(names: readonly string[]): void {
  if (names.every(isInstalled)) return
  const folder = relative(root, peersFolder)
  console.error(`npm run bench: ${names.join(', ')} is missing; running npm ci in ${folder}`)
  const { status } = spawnSync('npm', ['ci', '--no-audit', '--no-fund', '--fetch-retries=1'], {
    cwd: peersFolder,
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  if (status === 0 && names.every(isInstalled)) return
  throw new Error(
    `the peers could not be installed. With a network, type: npm ci --prefix ${folder}. Without one, choose with --only what needs none.`,
  )
}

function isInstalled(name: string): boolean {
  try {
    createRequire(join(peersFolder, 'package.json')).resolve(name)
    return true
  } catch {
    return false
  }
}
