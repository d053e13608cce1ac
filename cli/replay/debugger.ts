import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { exitCodeOf, Quiet } from '../fault.ts'
import { Interrupt } from '../interrupt.ts'
import { note } from '../output.ts'

/** Where debuggers look unless they are told otherwise. */
const usualPort = 9229

/** Runs this call again, in a process that waits for a debugger; it ends as that ends. */
export async function underDebugger(): Promise<void> {
  const address = `127.0.0.1:${await freePort()}`
  note(
    `A debugger is waited for at ${address}: chrome://inspect, or "attach" in your editor.\n` +
      'It stops at the very beginning, and once more when all is loaded and read. Ctrl-C ends it.',
  )
  const [script = '', ...args] = process.argv.slice(1)
  const flags = process.execArgv.filter((flag) => !flag.startsWith('--inspect'))
  const child = spawn(process.execPath, [...flags, `--inspect-brk=${address}`, script, ...args.filter((arg) => arg !== '--debug')], {
    stdio: 'inherit',
    env: { ...process.env, TANAGER_DEBUG: '1' },
  })
  const ended = once(child, 'close') as Promise<[code: number | null, signal: NodeJS.Signals | null]>
  // A process that stands still for its debugger hears no other signal; and there is nothing to put in order.
  using interrupt = new Interrupt()
  interrupt.signal.addEventListener('abort', () => child.kill('SIGKILL'), { once: true })
  const [code, signal] = await ended
  if (interrupt.signal.aborted) await interrupt.happened
  if (code !== 0) throw new Quiet(code ?? exitCodeOf(signal as NodeJS.Signals))
}

async function freePort(): Promise<number> {
  return (await listens(usualPort)) ?? (await listens(0)) ?? usualPort
}

/** The port, if it can be had. */
async function listens(port: number): Promise<number | undefined> {
  const server = createServer()
  try {
    await once(server.listen(port, '127.0.0.1'), 'listening')
    const address = server.address()
    return typeof address === 'object' && address !== null ? address.port : undefined
  } catch {
    return undefined
  } finally {
    server.close()
  }
}
