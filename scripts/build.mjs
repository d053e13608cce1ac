// From sources to dist/: what `npm run build` does, and `npm ci` by way of `prepare`. Needs Node and our own packages.
import { spawnSync } from 'node:child_process'
import { chmodSync, copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join, resolve } from 'node:path'

const root = resolve(import.meta.dirname, '..')
const dist = join(root, 'dist')
const built = ['core', 'platforms', 'connectors', 'testing', 'cli']
/** What the program reads at run time besides JavaScript: it lies beside the module that reads it. */
const assets = /\.(lua|html|css|svg)$/

rmSync(dist, { recursive: true, force: true })
compile()
pointDeclarationsAtJavaScript()
copyAssets()
makeExecutable(join(dist, 'cli/main.js'))

function compile() {
  const tsc = join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin/tsc')
  const { status } = spawnSync(process.execPath, [tsc, '-p', join(root, 'tsconfig.build.json')], { stdio: 'inherit' })
  if (status !== 0) process.exit(status ?? 1)
}

/** tsc turns `./x.ts` into `./x.js` in JavaScript but leaves it in declarations, where no older compiler understands it. */
function pointDeclarationsAtJavaScript() {
  for (const file of filesIn(dist).filter((name) => name.endsWith('.d.ts'))) {
    const text = readFileSync(file, 'utf8')
    const rewritten = text.replaceAll(/(\bfrom |\bimport\(|\bimport )(['"])(\.\.?\/[^'"\n]+)\.ts\2/g, '$1$2$3.js$2')
    if (rewritten !== text) writeFileSync(file, rewritten)
  }
}

function copyAssets() {
  for (const folder of built) {
    for (const file of filesIn(join(root, folder)).filter((name) => assets.test(name))) {
      const target = join(dist, file.slice(root.length + 1))
      mkdirSync(dirname(target), { recursive: true })
      copyFileSync(file, target)
    }
  }
}

function makeExecutable(file) {
  if (!existsSync(file)) return
  if (!readFileSync(file, 'utf8').startsWith('#!/usr/bin/env node\n')) {
    console.error('cli/main.ts: the command cannot be run as a program; its first line must be: #!/usr/bin/env node')
    process.exit(1)
  }
  chmodSync(file, 0o755)
}

/** All files below a folder; none if there is no such folder. */
function filesIn(folder) {
  if (!existsSync(folder)) return []
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
}
