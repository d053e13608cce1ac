import { type FileHandle, open } from 'node:fs/promises'
import { TanagerError } from '../../core/error.ts'
import { type Content, Damaged, gunzipped, isCompressed, plain } from './content.ts'
import { fault } from './fault.ts'
import type { Filling } from './filling.ts'
import { type Cut, cutOf, type Framing, lineFeed, nothing } from './framing.ts'
import { shownOf, tooLong } from './lines.ts'
import { headSize, printOf, tailSize } from './print.ts'

/** How a file is to be read. */
export interface FileFormat {
  readonly framing: (path: string) => Framing
  /** In bytes. */
  readonly longest: number
  /** Whether bytes are decompressed: always, never, or where they look like it. */
  readonly compression: 'auto' | 'gzip' | 'none'
}

/** Where to begin with a file. */
export interface Begin {
  readonly offset: number
  /** What is remembered of what was read. */
  readonly print?: string
  /** Which file it is to be. */
  readonly inode?: bigint
}

/** Another file has the name by now. */
export class Moved extends Error {
  constructor(path: string) {
    super(`another file is at ${path} by now`)
  }
}

interface Opened {
  readonly file: FileHandle
  readonly content: Content
  readonly compressed: boolean
  readonly size: number
  readonly offset: number
  readonly head: Buffer
  /** The last bytes before the offset. */
  readonly before: Buffer
}

/** What came of reading on. */
export type Progress = 'some' | 'end' | 'changed'

const blockSize = 1 << 19
const smallestBlock = 1 << 14

/**
 * A file that is being read. What was read and is not taken is kept, and a little of what came before it: enough to say
 * afterwards whether the file still is the one it was.
 */
export class OpenFile {
  readonly path: string
  readonly isCompressed: boolean
  /** On the disk, when it was opened. */
  readonly size: number
  /** Where the reading is, behind the last record that was taken. */
  offset: number
  readonly #file: FileHandle
  readonly #content: Content
  #framing: Framing
  readonly #longest: number
  /** How much is read at once. */
  readonly #block: number
  #head: Buffer
  #bytes: Buffer
  /** Where in the file the first of the bytes is. */
  #base: number
  /** Where among the bytes the first is that is in no record yet, and where they end. */
  #from: number
  #to: number
  #cut: Cut = nothing
  /** Of a record that is too long: its beginning, and how many bytes of it were passed over. */
  #over: { readonly begin: Buffer; readonly print: string; bytes: number } | undefined

  private constructor(path: string, { framing, longest }: FileFormat, { file, content, compressed, size, before, head, offset }: Opened) {
    this.path = path
    this.isCompressed = compressed
    this.size = size
    this.offset = offset
    this.#file = file
    this.#content = content
    this.#block = compressed ? blockSize : Math.max(smallestBlock, Math.min(blockSize, size - offset))
    this.#framing = framing(path)
    this.#longest = longest
    this.#head = head
    this.#bytes = before
    this.#base = offset - before.length
    this.#from = before.length
    this.#to = before.length
  }

  /**
   * Opens a file, to be read from a place on. Undefined where what is there is not what was read.
   *
   * @throws Moved where another file is there; what the file system says of a file that is not there, as it is
   */
  static async at(path: string, format: FileFormat, { offset, print, inode }: Begin): Promise<OpenFile | undefined> {
    const file = await open(path, 'r')
    try {
      const { size, ino } = await file.stat({ bigint: true })
      if (inode !== undefined && ino !== inode) throw new Moved(path)
      const compressed = await asksFor(file, format)
      const found = await (compressed ? skipped(file, offset) : looked(file, offset))
      const isSame = offset === 0 || (found !== undefined && (print === undefined || printOf(found.head, found.before) === print))
      if (found === undefined || !isSame) {
        found?.content.close()
        await file.close()
        return undefined
      }
      const opened = new OpenFile(path, format, { file, size: Number(size), compressed, offset, ...found })
      if (offset > 0) await opened.#learnHeader(format)
      return opened
    } catch (thrown) {
      await file.close()
      if (thrown instanceof Damaged) return undefined
      throw thrown
    }
  }

  get hasRecords(): boolean {
    return !this.#cut.isEmpty
  }

  /** How far it was read, whether or not that made a record. */
  get readTo(): number {
    return this.#base + this.#to
  }

  /** How large it is by now. */
  async sizeNow(): Promise<number> {
    return (await this.#file.stat()).size
  }

  take(into: Filling): void {
    this.offset += this.#cut.take(into)
  }

  /** What is remembered of it, at the place where the reading is. */
  print(): string {
    if (this.#over !== undefined) return this.#over.print
    const at = this.offset - this.#base
    return printOf(this.#head.subarray(0, Math.min(this.offset, headSize)), this.#bytes.subarray(Math.max(0, at - tailSize), at))
  }

  /**
   * Reads on, when all that was read is taken. `isWhole`: nothing will come after the end, so that what stands there is a
   * record also without a line feed.
   *
   * @throws TanagerError `source` where the bytes are damaged
   */
  async readOn(isWhole: boolean): Promise<Progress> {
    if (this.#from < this.#to) this.#cutOut(false)
    if (this.hasRecords) return 'some'
    this.#makeRoom()
    const count = await this.#read()
    if (count > 0) {
      if (!(await this.#isStillTheSame())) return 'changed'
      if (this.#head.length < headSize) this.#keepHead(count)
      this.#to += count
      this.#cutOut(false)
      return 'some'
    }
    if ((isWhole || this.isCompressed) && (this.#from < this.#to || this.#over !== undefined)) this.#cutOut(true)
    return this.hasRecords ? 'some' : 'end'
  }

  async close(): Promise<void> {
    this.#content.close()
    await this.#file.close()
  }

  async #read(): Promise<number> {
    try {
      return await this.#content.read(this.#bytes, this.#to, this.#bytes.length - this.#to)
    } catch (thrown) {
      if (!(thrown instanceof Damaged)) throw fault('source', 'cannot read', this.path, thrown)
      // Who writes it may not be done yet: whoever asked decides for how long that is a reason.
      throw new TanagerError('source', `${this.path} is ${thrown.isShort ? 'cut short' : 'damaged'}: ${thrown.message}`, {
        remedy: `All ${this.readTo} bytes, decompressed, up to there were read. Put a whole one in its place, and the reading goes on behind them; or take it away.`,
        cause: thrown,
      })
    }
  }

  /** Keeps what is not yet a record, and what is remembered before it. */
  #makeRoom(): void {
    const keep = Math.max(0, this.#from - tailSize)
    const kept = this.#to - keep
    const enough = kept + this.#block <= this.#bytes.length
    const into = enough ? this.#bytes : Buffer.allocUnsafe(kept * 2 + tailSize + this.#block)
    this.#bytes.copy(into, 0, keep, this.#to)
    this.#bytes = into
    this.#base += keep
    this.#from -= keep
    this.#to = kept
  }

  /**
   * After the reading, since only then it is sure what was read: a file that was cut short, and has grown beyond the place
   * again, has other bytes before it.
   */
  async #isStillTheSame(): Promise<boolean> {
    if (this.isCompressed) return true
    const before = this.#bytes.subarray(Math.max(0, this.#to - tailSize), this.#to)
    const begin = this.#base + this.#to - before.length
    const [head, tail] = await Promise.all([bytesAt(this.#file, 0, this.#head.length), bytesAt(this.#file, begin, before.length)])
    return head.equals(this.#head) && tail.equals(before)
  }

  #keepHead(count: number): void {
    const more = Math.min(headSize - this.#head.length, count)
    this.#head = Buffer.concat([this.#head, this.#bytes.subarray(this.#to, this.#to + more)])
  }

  #cutOut(isLast: boolean): void {
    if (this.#over !== undefined) {
      this.#passOver(this.#over, isLast)
      return
    }
    const isFirst = this.#base + this.#from === 0
    const end = isLast ? this.#to : this.#framing.lastEnd(this.#bytes, this.#from, this.#to, { isFirst })
    if (end > this.#from) {
      this.#use(this.#framing.cut(this.#bytes, this.#from, end, { isFirst, isLast }))
    } else if (this.#to - this.#from > this.#longest) this.#refuse()
  }

  #use(cut: Cut): void {
    this.#cut = cut
    this.#from += cut.bytes
  }

  /** A record that does not end: its first line is refused, or, if that is too long too, passed over until it ends. */
  #refuse(): void {
    const rest = this.#bytes.subarray(this.#from, this.#to)
    const end = rest.indexOf(lineFeed)
    if (end !== -1) {
      this.#use(cutOf([{ bytes: end + 1, refused: tooLong(rest.subarray(0, end), this.#longest) }]))
      return
    }
    this.#over = { begin: Buffer.from(shownOf(rest)), print: this.print(), bytes: 0 }
    this.#passOver(this.#over, false)
  }

  #passOver(over: { readonly begin: Buffer; bytes: number }, isLast: boolean): void {
    const end = this.#bytes.subarray(this.#from, this.#to).indexOf(lineFeed)
    const to = end === -1 ? this.#to : this.#from + end + 1
    over.bytes += to - this.#from
    this.#from = to
    if (end === -1 && !isLast) return
    this.#over = undefined
    this.#cut = cutOf([{ bytes: over.bytes, refused: tooLong(over.begin, this.#longest) }])
  }

  /** Whoever begins in the middle has to read the first row all the same. */
  async #learnHeader(format: FileFormat): Promise<void> {
    const { header } = this.#framing
    if (header === undefined || header.isKnown()) return
    const first = await OpenFile.at(this.path, format, { offset: 0 })
    if (first === undefined) return
    try {
      while (!first.#framing.header?.isKnown() && (await first.readOn(true)) === 'some') {}
      this.#framing = first.#framing
    } finally {
      await first.close()
    }
  }
}

/** Goes to a place in a file. Undefined where it is not as long. */
async function looked(file: FileHandle, offset: number): Promise<Pick<Opened, 'content' | 'head' | 'before'> | undefined> {
  const size = Math.min(tailSize, offset)
  const [head, before] = await Promise.all([bytesAt(file, 0, Math.min(headSize, offset)), bytesAt(file, offset - size, size)])
  if (head.length < Math.min(headSize, offset) || before.length < size) return undefined
  return { content: plain(file, offset), head, before }
}

/** The same, where every byte before has to be read. */
async function skipped(file: FileHandle, offset: number): Promise<Pick<Opened, 'content' | 'head' | 'before'> | undefined> {
  const content = gunzipped(file)
  const block = Buffer.allocUnsafe(1 << 16)
  let head: Buffer = Buffer.alloc(0)
  let before: Buffer = Buffer.alloc(0)
  for (let at = 0; at < offset; ) {
    const count = await content.read(block, 0, Math.min(block.length, offset - at))
    if (count === 0) {
      content.close()
      return undefined
    }
    const bytes = block.subarray(0, count)
    if (head.length < headSize) head = Buffer.concat([head, bytes.subarray(0, headSize - head.length)])
    before = count >= tailSize ? Buffer.from(bytes.subarray(count - tailSize)) : Buffer.concat([before, bytes]).subarray(-tailSize)
    at += count
  }
  return { content, head, before }
}

async function bytesAt(file: FileHandle, from: number, length: number): Promise<Buffer> {
  if (length === 0) return Buffer.alloc(0)
  const bytes = Buffer.alloc(length)
  const { bytesRead } = await file.read(bytes, 0, length, from)
  return bytes.subarray(0, bytesRead)
}

/** A few bytes of a file: of a compressed one its first, decompressed, as far as they are there. */
export async function bytesOf(
  { path, inode }: { readonly path: string; readonly inode: bigint },
  format: FileFormat,
  from: number,
): Promise<{ readonly bytes: Buffer; readonly isCompressed: boolean }> {
  const file = await open(path, 'r')
  try {
    if ((await file.stat({ bigint: true })).ino !== inode) throw new Moved(path)
    const compressed = await asksFor(file, format)
    if (!compressed) return { bytes: await bytesAt(file, from, headSize), isCompressed: false }
    const content = gunzipped(file)
    const bytes = Buffer.alloc(headSize)
    let length = 0
    try {
      for (let count = -1; count !== 0 && length < headSize; length += count) count = await content.read(bytes, length, headSize - length)
    } catch (thrown) {
      if (!(thrown instanceof Damaged)) throw thrown
    } finally {
      content.close()
    }
    return { bytes: bytes.subarray(0, length), isCompressed: true }
  } finally {
    await file.close()
  }
}

const asksFor = async (file: FileHandle, { compression }: FileFormat): Promise<boolean> =>
  compression === 'gzip' || (compression === 'auto' && (await isCompressed(file)))
