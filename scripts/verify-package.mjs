// Does what is published work for those who install it? Packs it, installs the tarball into an empty project outside the
// repository, and uses it there with bare node: no tsx, no condition, no source. Prints what it checked.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire, isBuiltin } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join, relative, resolve } from 'node:path'
import { publint } from 'publint'
import { formatMessage } from 'publint/utils'

const root = resolve(import.meta.dirname, '..')
const require = createRequire(import.meta.url)
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
const subpaths = Object.keys(manifest.exports).filter((subpath) => subpath !== './package.json')
const nameOf = (subpath) => join(manifest.name, subpath)
const peers = Object.keys(manifest.peerDependencies)

const folder = mkdtempSync(join(tmpdir(), 'tanager-package-'))
// However we end. A signal ends us through `exit` too, once the child that got it as well has ended.
process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(130))

const app = join(folder, 'app')
const installed = join(app, 'node_modules', manifest.name)

const tarball = pack()
install()
await lint()
targetsExist()
importsResolve()
everySubpathLoads()
typesAndAJob()
command()
peersAreOptional()

function pack() {
  run(root, process.execPath, 'scripts/build.mjs')
  const [{ filename, files }] = JSON.parse(run(root, 'npm', 'pack', '--ignore-scripts', '--json', '--pack-destination', folder))
  const stray = files.map(({ path }) => path).filter((path) => !/^(dist\/|package\.json$|README|LICENSE|CHANGELOG)/.test(path))
  if (stray.length > 0) fail(`the tarball holds files it should not: ${stray.join(', ')}`)
  ok(`packed ${files.length} files`)
  return join(folder, filename)
}

function install() {
  mkdirSync(app)
  writeFileSync(join(app, 'package.json'), JSON.stringify({ name: 'app', private: true, type: 'module' }))
  // The versions we have tested with, which are in npm's cache already.
  // Peers that bring no types of their own have them beside, as whoever writes TypeScript has.
  const beside = [...peers, '@types/node', '@types/pg'].map(
    (name) => `${name}@${require(join(root, 'node_modules', name, 'package.json')).version}`,
  )
  run(app, 'npm', 'install', '--prefer-offline', '--no-audit', '--no-fund', tarball, ...beside)
  ok(`installed beside ${beside.join(', ')}`)
}

async function lint() {
  const { messages, pkg } = await publint({ pkgDir: installed, pack: false, strict: true })
  // The condition for our own tests and jobs names sources; it is for this repository, where they are.
  const found = messages.filter(({ path }) => !path.includes('tanager-source'))
  if (found.length > 0) fail(`publint:\n${found.map((message) => formatMessage(message, pkg, { color: false })).join('\n')}`)
  ok('publint has nothing to say')
}

function targetsExist() {
  const targets = Object.entries(manifest.exports).flatMap(([subpath, target]) =>
    typeof target === 'string'
      ? [[subpath, target]]
      : ['types', 'default'].map((condition) => [subpath, target[condition] ?? `(no ${condition})`]),
  )
  const missing = targets.filter(([, target]) => !existsSync(join(installed, target)))
  if (missing.length > 0) fail(`package.json exports what is not there: ${missing.map((pair) => pair.join(' -> ')).join(', ')}`)
  ok(`${targets.length} targets of ${subpaths.length} subpaths exist`)
}

/** Every import, in JavaScript and declarations, is a file that is there, or a package that is declared. */
function importsResolve() {
  const declared = new Set([...Object.keys(manifest.dependencies), ...peers])
  const wrong = []
  let count = 0
  for (const file of filesIn(join(installed, 'dist')).filter((name) => /\.(js|d\.ts)$/.test(name))) {
    for (const specifier of importsOf(readFileSync(file, 'utf8'))) {
      count++
      const packageName = specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/')
      const good = specifier.startsWith('.')
        ? specifier.endsWith('.js') && existsSync(resolve(dirname(file), specifier))
        : isBuiltin(specifier) || declared.has(packageName)
      if (!good) wrong.push(`${relative(installed, file)}: '${specifier}'`)
    }
  }
  if (wrong.length > 0) fail(`imports that lead nowhere once installed:\n${wrong.join('\n')}`)
  ok(`${count} imports lead to files that are there or to packages that are declared`)
}

function importsOf(text) {
  const code = text.replaceAll(/^\s*(\*|\/\*|\/\/).*$/gm, '')
  // Statements begin a line as the compiler prints them; what stands deeper, such as code in a text to show, is not one.
  const statements = /^(?:import\s|export\s(?:[^'"`;]*?\sfrom\s))[^'"`;]*?(['"])([^'"\n]+)\1;?$/gm
  const calls = /\bimport\((['"])([^'"\n]+)\1\)/g
  return [statements, calls].flatMap((pattern) => [...code.matchAll(pattern)].map((match) => match[2]))
}

function everySubpathLoads() {
  for (const subpath of subpaths) {
    const count = Number(bareNode(`console.log(Object.keys(await import('${nameOf(subpath)}')).length)`))
    if (!(count > 0)) fail(`import '${nameOf(subpath)}' exports nothing`)
  }
  ok(`bare node ${process.version} imports ${subpaths.map(nameOf).join(', ')}`)
}

function typesAndAJob() {
  writeFileSync(
    join(app, 'main.ts'),
    `${subpaths.map((subpath, n) => `export * as all${n} from '${nameOf(subpath)}'`).join('\n')}
import { codec, job, source, store } from 'tanager'
import { sum } from 'tanager/algebra'
import { memory } from 'tanager/memory'

const lines = source('lines', { item: codec.string })
const counts = store('counts', { key: codec.string, sum })
const pairs = lines.flatMap((line) => line.split(' ')).map((word) => [word, 1] as const)
const { stores } = await memory().on(job('word-count', pairs.sumByKey(counts))).run({ lines: ['to be', 'or not to be'] })
const seen: ReadonlyMap<string, number> = stores.counts
console.log(JSON.stringify([...seen].sort()))
// @ts-expect-error: a source that is bound to the wrong type is refused, so the types are more than any.
export const refused = () => memory().on(job('word-count', pairs.sumByKey(counts))).run({ lines: [1] })
`,
  )
  const options = { module: 'nodenext', target: 'es2023', lib: ['es2023'], types: ['node'], strict: true, exactOptionalPropertyTypes: true }
  writeFileSync(join(app, 'tsconfig.json'), JSON.stringify({ compilerOptions: options, files: ['main.ts'] }))
  const tsc = join(dirname(require.resolve('typescript/package.json')), 'bin/tsc')
  const { stdout } = spawnSync(process.execPath, [tsc, '--pretty', 'false'], { cwd: app, encoding: 'utf8' })
  // Declarations are checked as well (no skipLibCheck); what is wrong in those of other packages is not ours to mend.
  const errors = stdout.split('\n').filter((line) => /^(main\.ts|node_modules\/tanager\/)/.test(line))
  if (errors.length > 0) fail(`types, as a user's compiler sees them:\n${errors.join('\n')}`)
  ok('types resolve and are right')

  const output = run(app, process.execPath, 'main.js').trim()
  const expected = '[["be",2],["not",1],["or",1],["to",2]]'
  if (output !== expected) fail(`a small job on the memory platform answered ${output} instead of ${expected}`)
  ok('a small job runs on the memory platform')
}

function command() {
  if (manifest.bin === undefined || !existsSync(join(installed, manifest.bin.tanager))) return ok('no command yet')
  if (!run(app, 'npx', '--no-install', 'tanager', '--help').includes('tanager')) fail('npx tanager --help says nothing of itself')
  ok('npx tanager --help')
}

/** Whoever runs jobs in memory installs neither Redis's client nor BullMQ, connectors load their drivers late, and the command needs none to start. */
function peersAreOptional() {
  for (const peer of peers) rmSync(join(app, 'node_modules', peer), { recursive: true })
  const free = subpaths.filter((subpath) => subpath !== './bullmq').map(nameOf)
  for (const name of free) bareNode(`await import('${name}')`)
  if (existsSync(join(installed, manifest.bin.tanager))) run(app, 'npx', '--no-install', 'tanager', '--help')
  ok(`${free.join(', ')} and the command do without ${peers.join(' and ')}`)
}

function bareNode(code) {
  return run(app, process.execPath, '--input-type=module', '--eval', code)
}

/** Runs a program to its end and answers what it printed; ends the check with all it said if it fails. */
function run(cwd, program, ...args) {
  // What npm tells the script it runs must not reach the npm and the node that stand for a user's.
  const { NODE_OPTIONS: _options, npm_config_local_prefix: _prefix, ...env } = process.env
  const { status, stdout, stderr, error } = spawnSync(program, args, { cwd, env, encoding: 'utf8', maxBuffer: 2 ** 26 })
  if (status !== 0) fail(`${[program, ...args].join(' ')}\n${error ?? ''}${stdout}${stderr}`)
  return stdout
}

function filesIn(path) {
  return readdirSync(path, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
}

function ok(what) {
  console.log(`ok  ${what}`)
}

function fail(what) {
  // Where this machine gets its packages is nobody's business who reads the log.
  console.error(`not ok  ${what.trim().replaceAll(/\bhttps?:\/\/\S+/g, '<url>')}`)
  process.exit(1)
}
