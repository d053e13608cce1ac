/** A command as a client sent it. */
export interface Command {
  readonly words: readonly Buffer[]
  /** The same, as it came. */
  readonly bytes: Buffer
}

const star = '*'.charCodeAt(0)
const dollar = '$'.charCodeAt(0)

/** Takes what a client sends, in whatever pieces it arrives, and gives its commands: arrays of bulk strings, as all drivers send them. */
export class CommandReader {
  #rest: Buffer = Buffer.alloc(0)

  push(chunk: Buffer): readonly Command[] {
    this.#rest = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk])
    const commands: Command[] = []
    for (let command = first(this.#rest); command !== undefined; command = first(this.#rest)) {
      commands.push(command)
      this.#rest = this.#rest.subarray(command.bytes.length)
    }
    return commands
  }
}

/** A command as bytes. */
export function written(words: readonly (string | Buffer)[]): Buffer {
  const parts = words.flatMap((word) => [`$${Buffer.byteLength(word)}\r\n`, word, '\r\n'])
  return Buffer.concat([`*${words.length}\r\n`, ...parts].map((part) => (typeof part === 'string' ? Buffer.from(part) : part)))
}

/** The command that the bytes begin with, once all of it is there. */
function first(bytes: Buffer): Command | undefined {
  const count = header(bytes, 0, star)
  if (count === undefined) return undefined
  const words: Buffer[] = []
  let at = count.end
  for (let i = 0; i < count.value; i++) {
    const length = header(bytes, at, dollar)
    if (length === undefined || bytes.length < length.end + length.value + 2) return undefined
    words.push(bytes.subarray(length.end, length.end + length.value))
    at = length.end + length.value + 2
  }
  return { words, bytes: bytes.subarray(0, at) }
}

function header(bytes: Buffer, at: number, kind: number): { readonly value: number; readonly end: number } | undefined {
  const end = bytes.indexOf('\r\n', at)
  if (end === -1) return undefined
  if (bytes[at] !== kind) throw new Error(`not a command: ${bytes.subarray(at, at + 40)}`)
  return { value: Number(bytes.subarray(at + 1, end)), end: end + 2 }
}
