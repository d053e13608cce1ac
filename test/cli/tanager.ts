import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { vi } from 'vitest'

const root = join(import.meta.dirname, '../..')

/** Where the jobs of these tests are. */
export const fixture = (name: string): string => join(import.meta.dirname, 'fixtures', name)

/** What a call came to. */
export interface Ended {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
}

export interface CallOptions {
  /** What it reads from stdin: nothing, unless given; `undefined` leaves stdin open. */
  readonly input?: string | Uint8Array | undefined
  readonly env?: Readonly<Record<string, string | undefined>>
  readonly cwd?: string
  /** What is called instead, for a terminal of its own. */
  readonly program?: readonly string[]
}

/** A call that is not over, and is not left behind if the test fails. */
export interface Call extends AsyncDisposable {
  readonly child: ChildProcess
  readonly stdout: () => string
  readonly stderr: () => string
  readonly ended: Promise<Ended>
  /** Waits until stderr holds this; the match. Fails if it ends without. */
  readonly says: (text: RegExp) => Promise<RegExpExecArray>
}

/** The command as a user would type it, built: a process of its own. */
export const command: readonly string[] = [process.execPath, join(root, 'dist/cli/main.js')]

/** Where a module of what is built is, for a job that the command is to load from elsewhere. */
export const built = (module: string): string => pathToFileURL(join(root, 'dist', module)).href

/** Calls the command, and goes on while it runs. */
export function call(args: readonly string[], options: CallOptions = {}): Call {
  const { env = {}, cwd = root, program: [program, ...rest] = command } = options
  const child = spawn(program as string, [...rest, ...args], {
    cwd,
    env: { ...process.env, NO_COLOR: undefined, TANAGER_DEBUG: undefined, ...env },
  })
  let stdout = ''
  let stderr = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text
  })
  // Whoever does not read its stdin is not to be blamed.
  child.stdin.on('error', () => {})
  if (!('input' in options)) child.stdin.end()
  else if (options.input !== undefined) child.stdin.end(options.input)
  const ended = once(child, 'close').then(([code, signal]): Ended => ({ code, signal, stdout, stderr }))
  return {
    child,
    stdout: () => stdout,
    stderr: () => stderr,
    ended,
    says: async (text) => {
      let over = false
      void ended.then(() => {
        over = true
      })
      // Not with `expect.poll`: outside a test's own `expect`, that is lost where tests run side by side.
      const said = () => {
        if (!over && !text.test(stderr)) throw new Error(`it has not said ${text}. It said:\n${stderr}${stdout}`)
      }
      await vi.waitFor(said, { timeout: 55_000, interval: 20 })
      const found = text.exec(stderr)
      if (found === null) throw new Error(`it ended without saying ${text}. It said:\n${stderr}${stdout}`)
      return found
    },
    [Symbol.asyncDispose]: async () => {
      child.kill('SIGKILL')
      await ended
    },
  }
}

/** Calls the command and waits until it ends. */
export const tanager = (args: readonly string[], options?: CallOptions): Promise<Ended> => call(args, options).ended

/** The objects it printed, one on each line. */
export const objects = (text: string): readonly unknown[] =>
  text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line))

/** A folder for the files of a test. */
export interface Folder extends AsyncDisposable {
  readonly path: (name: string) => string
  /** Writes a file; its path. */
  readonly file: (name: string, text: string | Uint8Array) => Promise<string>
}

export async function folder(): Promise<Folder> {
  const at = await mkdtemp(join(tmpdir(), 'tanager-cli-'))
  const path = (name: string) => join(at, name)
  return {
    path,
    file: async (name, text) => {
      await writeFile(path(name), text)
      return path(name)
    },
    [Symbol.asyncDispose]: () => rm(at, { recursive: true, force: true }),
  }
}

/** Whether a process is there. */
export function alive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}
