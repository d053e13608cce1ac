import { spawn } from 'node:child_process'
import { once } from 'node:events'
import type { Writable } from 'node:stream'

export interface Guard {
  /** The processes there are now. */
  watch(...pids: readonly (number | undefined)[]): void
  dismiss(): Promise<void>
}

/**
 * Cleans up after us when we cannot (`kill -9`, a crash, `process.exit`): a shell that reads from us, and to which the end
 * of that pipe means that we are gone. Until we say `closed`, it then ends the processes we named last and removes the folder.
 *
 * @param signal by which they end at once, and their children with them
 */
export function watchOver(folder: string, signal: 'KILL' | 'QUIT' = 'KILL'): Guard {
  // Who is asked to quit needs a moment for it.
  const script = `
    trap '' HUP INT TERM
    pids=
    while read -r words; do
      case $words in closed) exit ;; *) pids=$words ;; esac
    done
    [ -z "$pids" ] || kill -${signal} $pids
    ${signal === 'QUIT' ? 'sleep 1' : ''}
    rm -rf "$1"`
  const shell = spawn('/bin/sh', ['-c', script, 'sh', folder], { stdio: ['pipe', 'ignore', 'ignore'], detached: true })
  const pipe = shell.stdin as Writable
  const ended = once(shell, 'exit')
  // If it was killed there is nobody to tell, and nothing to do about it.
  pipe.on('error', () => undefined)
  return {
    watch: (...pids) => void pipe.write(`${pids.filter((pid) => pid !== undefined).join(' ')}\n`),
    dismiss: async () => {
      if (!pipe.writableEnded) pipe.end('closed\n')
      await ended
    },
  }
}
