import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'

export interface Readiness {
  /** What it is called in errors. */
  readonly what: string
  /** What it says when it is. */
  readonly says: string
  /** How long it may take, in milliseconds. */
  readonly patience: number
}

/** How long after its end its last words may still be on their way, in milliseconds: its children may hold the pipe for ever. */
const lastWords = 100

/** Resolves once a server says that it is ready; rejects with what it said if it ends first. */
export function ready(child: ChildProcess, { what, says, patience }: Readiness): Promise<void> {
  return new Promise((resolve, reject) => {
    let said = ''
    const settle = (then: () => void) => {
      clearTimeout(late)
      child.off('exit', ended)
      child.off('close', closed)
      // From here on the output is read and thrown away: a full pipe would block the server.
      for (const stream of [child.stdout, child.stderr]) stream?.off('data', listen).resume()
      then()
    }
    const fail = (how: string) => settle(() => reject(new Error(`${what} ${how}. It said:\n${said.slice(-4000).trim()}`)))
    const listen = (chunk: string) => {
      said += chunk
      if (said.includes(says)) settle(resolve)
    }
    const closed = (code: number | null, signal: string | null) => fail(`ended with ${signal ?? code}`)
    const ended = (code: number | null, signal: string | null) => setTimeout(() => closed(code, signal), lastWords)
    const late = setTimeout(() => fail(`was not ready after ${patience / 1000} seconds`), patience)
    for (const stream of [child.stdout, child.stderr]) stream?.setEncoding('utf8').on('data', listen)
    child.once('exit', ended)
    child.once('close', closed)
  })
}

/**
 * Ends a process, and waits until it has.
 *
 * @param patience how long a polite word may take, in milliseconds: one that is stopped (SIGSTOP), or deep in its work, does not hear it
 */
export async function end(child: ChildProcess | undefined, signal: NodeJS.Signals, patience: number): Promise<void> {
  if (child?.pid === undefined || child.exitCode !== null || child.signalCode !== null) return
  const exit = once(child, 'exit')
  child.kill(signal)
  const late = setTimeout(() => child.kill('SIGKILL'), patience)
  await exit
  clearTimeout(late)
}
