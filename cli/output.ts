import type { WriteStream } from 'node:tty'
import picocolors from 'picocolors'
import { Failure, Quiet } from './fault.ts'

/** Whoever read our output has gone, as `head` does: no reason to complain, but to stop. */
class Gone extends Quiet {
  constructor() {
    super(0)
  }
}

const blockLength = 1 << 16

/** Results for whoever asked: stdout, at the speed at which it is read. */
class Output {
  readonly #stream: WriteStream
  readonly paint: ReturnType<typeof picocolors.createColors>

  constructor(stream: WriteStream) {
    this.#stream = stream
    this.paint = picocolors.createColors(coloured(stream))
    // The write that failed tells; without a listener the process would end with a stack trace.
    stream.on('error', () => {})
  }

  get isTerminal(): boolean {
    return this.#stream.isTTY === true
  }

  /** How much fits on a line; undefined where nobody watches and lines may be as long as they are. */
  get columns(): number | undefined {
    return this.isTerminal ? this.#stream.columns : undefined
  }

  get rows(): number | undefined {
    return this.isTerminal ? this.#stream.rows : undefined
  }

  /** @throws Quiet once nobody reads */
  write(text: string): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#stream.write(text, (error) => {
        if (error == null) return resolve()
        const { code } = error as NodeJS.ErrnoException
        reject(code === 'EPIPE' || code === 'ERR_STREAM_DESTROYED' ? new Gone() : new Failure(`cannot write the output: ${error.message}`))
      })
    })
  }

  /** Any number of lines, some of them at a time. */
  async lines(lines: Iterable<string> | AsyncIterable<string>): Promise<void> {
    let block = ''
    for await (const line of lines) {
      block += `${line}\n`
      if (block.length < blockLength) continue
      await this.write(block)
      block = ''
    }
    if (block !== '') await this.write(block)
  }
}

/** NO_COLOR (no-color.org), a terminal that cannot, or no terminal: no colours. */
function coloured(stream: WriteStream): boolean {
  return stream.isTTY === true && (process.env.NO_COLOR ?? '') === '' && process.env.TERM !== 'dumb'
}

export const output = new Output(process.stdout)

const side = new Output(process.stderr)

/** Colours for what goes to stderr. */
export const asidePaint = side.paint

/** What was typed is said again when it is wrong; an address in it keeps its password to itself, wherever it was typed. */
const withoutSecrets = (text: string): string => text.replaceAll(/(?<=:\/\/?)[^\s/@]*@/g, '…@')

/** What a person should know, and a program that reads our output should not: a line on stderr. */
export function note(text: string): void {
  // A progress bar may stand on this line; it draws itself again below.
  const clear = side.isTerminal ? '\r\u001b[K' : ''
  process.stderr.write(`${clear}${withoutSecrets(text)}\n`)
}

/** Whatever a module prints while it is loaded and run is no result of ours. */
export function keepResultsPure(): void {
  globalThis.console = new console.Console(process.stderr, process.stderr)
}
