import { spawnSync } from 'node:child_process'
import { readdirSync, statSync } from 'node:fs'
import { createRequire } from 'node:module'
import { basename, dirname, extname, join, relative, resolve } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { messageOf, preview, TanagerError } from '../core/error.ts'
import { isJob, type Job } from '../core/job.ts'
import type { BullmqApp } from '../platforms/bullmq/index.ts'
import { Failure, usage } from './fault.ts'

/** A module that was named on the command line: a job, or a job with all it needs to run. */
export interface Loaded {
  /** As it was given, for messages and examples. */
  readonly name: string
  readonly path: string
  readonly job: Job
  readonly deployment: BullmqApp | undefined
}

/**
 * Loads a module and sees to it that it is one of ours.
 *
 * @throws TanagerError `usage` if it is not there, or is something else; Error if it cannot be loaded
 */
export async function loadModule(name: string): Promise<Loaded> {
  const path = resolve(name)
  mustBeFile(name, path)
  const exported = await load(name, path)
  const value = defaultOf(exported)
  if (isJob(value)) return { name, path, job: value, deployment: undefined }
  if (isDeployment(value)) return { name, path, job: value.job, deployment: value }
  throw notOurs(name, value, exported)
}

const scripts = /\.[cm]?[jt]sx?$/

function mustBeFile(name: string, path: string): void {
  const found = statSync(path, { throwIfNoEntry: false })
  if (found?.isFile() && scripts.test(path)) return
  const meant = found?.isFile() ? [] : modulesNear(found?.isDirectory() ? join(path, 'job') : path)
  throw usage(found === undefined ? `there is no module ${name} (looked for ${path})` : `${name} is no module`, {
    allowed: 'a .ts, .js or .mjs file whose default export is a job or a deployment',
    ...(meant.length === 0 ? {} : { remedy: `Did you mean ${meant.join(' or ')}?` }),
  })
}

/** Modules that may have been meant: of that name with an extension, or in that folder. */
function modulesNear(path: string): readonly string[] {
  const folder = dirname(path)
  try {
    const all = readdirSync(folder).filter((file) => scripts.test(file) && !/\.(d|test|spec)\.[cm]?ts$/.test(file))
    const stem = basename(path, extname(path))
    const same = all.filter((file) => basename(file, extname(file)) === stem)
    const likely = same.length > 0 ? same : all.filter((file) => /^(job|deploy)\b/.test(file))
    return likely.slice(0, 3).map((file) => shown(join(folder, file)))
  } catch {
    return []
  }
}

async function load(name: string, path: string): Promise<Readonly<Record<string, unknown>>> {
  try {
    if (/\.[cm]?tsx?$/.test(path)) await understandTypeScript()
    return unwrapped(await import(pathToFileURL(path).href))
  } catch (error) {
    throw cannotLoad(name, path, error)
  }
}

/**
 * Node 20 cannot read TypeScript by itself. Both ways, as `import` or `require`: what a .ts file is depends on its
 * package.json. Where tsx is at work already (Node itself knows .ts, but no .tsx) a second one would only cost time.
 */
async function understandTypeScript(): Promise<void> {
  if ('.tsx' in createRequire(import.meta.url).extensions) return
  const [esm, cjs] = await Promise.all([import('tsx/esm/api'), import('tsx/cjs/api')])
  cjs.register()
  esm.register()
}

type Exports = Readonly<Record<string, unknown>>

/** In a folder that is not `"type": "module"` the exports of a module come inside its default export. */
function unwrapped(exported: Exports): Exports {
  const inner = exported.default
  const names = Object.keys(exported).filter((each) => each !== 'module.exports' && each !== '__esModule')
  return names.length === 1 && typeof inner === 'object' && inner !== null && !('kind' in inner) && 'default' in inner
    ? (inner as Exports)
    : exported
}

const defaultOf = (exported: Exports): unknown => exported.default

function isDeployment(value: unknown): value is BullmqApp {
  if (typeof value !== 'object' || value === null) return false
  const { kind, job, start } = value as Partial<BullmqApp>
  return kind === 'deployment' && isJob(job) && typeof start === 'function'
}

function notOurs(name: string, value: unknown, exported: Exports): TanagerError {
  if (value === undefined) {
    const names = Object.keys(exported).filter((each) => each !== 'default')
    return usage(`${name} has no default export`, {
      allowed: 'a job or a deployment as the default export',
      remedy:
        names.length === 0
          ? 'It exports nothing: is it the right file?'
          : `It exports ${names.join(', ')}. Write: export default job('a-name', …).`,
    })
  }
  const { what, remedy } = kindOf(value)
  return usage(`the default export of ${name} is ${what}`, { allowed: 'a job or a deployment', remedy })
}

function kindOf(value: unknown): { readonly what: string; readonly remedy: string } {
  const remedy = "Write: export default job('a-name', …)."
  if (typeof value === 'function') return { what: 'a function', remedy: 'Export what it answers.' }
  if (value instanceof Promise) return { what: 'a promise', remedy: 'Write: export default await …' }
  if (typeof value !== 'object' || value === null) return { what: preview(value), remedy }
  if ('bind' in value) return { what: 'a deployment without its bindings', remedy: 'Write: .bind({}) behind it.' }
  if ('plan' in value && 'run' in value)
    return { what: 'a job on the memory platform', remedy: 'Export the job itself: tanager run runs it there.' }
  if ('node' in value && 'sumByKey' in value) return { what: 'a stream', remedy: "Make it a job: export default job('a-name', stream)." }
  return { what: 'an object of another kind', remedy }
}

/** What was wrong, in which file, on which line, as far as that can be had. */
function cannotLoad(name: string, path: string, error: unknown): Error {
  const missing = /Cannot find (?:package|module) '((?:@[^/']+\/)?[^./'][^/']*)/.exec(messageOf(error))?.[1]
  if (missing !== undefined) {
    const install = missing === 'bullmq' || missing === 'ioredis' ? 'bullmq ioredis' : missing
    return new TanagerError('missing-package', `${name} needs the package ${missing}, which is not installed`, {
      remedy: `Type: npm install ${install}`,
      cause: error,
    })
  }
  const { message, place } = told(path, error)
  return new Failure(`${name} cannot be loaded: ${place === undefined ? '' : `${place}: `}${message}`, { cause: error })
}

function told(path: string, error: unknown): { readonly message: string; readonly place: string | undefined } {
  const message = messageOf(error)
  const transform = /^Transform failed[^\n]*\n(.+?):(\d+):(\d+): ERROR: (.*)/.exec(message)
  if (transform !== null) {
    const [, file = '', line, column, what = ''] = transform
    return { message: what, place: `${shown(file)}:${line}:${Number(column) + 1}` }
  }
  const [first = ''] = message.split('\n')
  const place = placeOf(error) ?? (error instanceof SyntaxError ? checkedPlace(path) : undefined)
  return { message: first, place }
}

const ownFolder = dirname(dirname(fileURLToPath(import.meta.url)))
const own = new RegExp(`^${ownFolder.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&')}/(?:cli|core|platforms|dist)/`)

/** The first place of a stack that is the user's: not Node's, not a package's, not ours. */
function placeOf(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined
  for (const [, url, file, line, column] of (error.stack ?? '').matchAll(/(?<=^|[\s(])(file:\/\/)?(\/[^\n():]+):(\d+)(?::(\d+))?/gm)) {
    const path = url === undefined ? (file as string) : fileURLToPath(`file://${file}`)
    if (path.includes('/node_modules/') || own.test(path)) continue
    return `${shown(path)}:${line}${column === undefined ? '' : `:${column}`}`
  }
  return undefined
}

/** Where the syntax is wrong: Node keeps that to itself, but for a file that it only has to check. */
function checkedPlace(path: string): string | undefined {
  const { stderr } = spawnSync(process.execPath, ['--check', path], { encoding: 'utf8' })
  return /^(?:file:\/\/)?(\/.+:\d+)$/m.exec(stderr)?.[1]?.replace(path, shown(path))
}

/** A path as one would type it here. */
function shown(path: string): string {
  const short = relative(process.cwd(), path)
  return short.startsWith('..') ? path : short
}
