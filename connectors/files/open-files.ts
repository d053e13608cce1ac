import { getOrElse, map, some } from 'fp-ts/lib/Option.js'
import type { OpenOptions, OpenSource, SourceBatch } from '../../core/contract/source-reader.ts'
import { TanagerError } from '../../core/error.ts'
import { Catalogue, opened } from './catalogue.ts'
import { Damaged } from './content.ts'
import { isMissing } from './fault.ts'
import { Filling } from './filling.ts'
import { Hint } from './hint.ts'
import { settling } from './hold.ts'
import { type FileFormat, Moved, type OpenFile } from './open-file.ts'
import type { Pattern } from './pattern.ts'
import { placesOf } from './position.ts'
import { nameMark } from './print.ts'
import type { Tracked } from './tracked.ts'

export interface ReadingOptions {
  readonly pattern: Pattern
  readonly format: FileFormat
  readonly follow: boolean
  readonly order: 'name' | 'oldest'
  /** How long nobody looks, if there is no hint, in milliseconds. */
  readonly poll: number
  readonly notice: (text: string) => void
}

/** More are never under way. */
const mostSpare = 8
/** In bytes. */
const smallest = 1 << 16

/** Reads files, one after the other, and only when it is asked for more. */
export class OpenFiles implements OpenSource {
  readonly #options: ReadingOptions
  readonly #limits: OpenOptions['batch']
  readonly #catalogue: Catalogue
  readonly #hint: Hint | undefined
  #queue: Tracked[] = []
  #current: Tracked | undefined
  /** Stays open when its turn is over: it may be the one that grows, or be moved away. */
  #last: Tracked | undefined
  #failure: { readonly error: unknown } | undefined
  #lookTook = 0
  /** What batches were made in that are in the log by now: to make it anew each time would keep the garbage collector busy. */
  readonly #spare: Buffer[] = []
  readonly #given = new WeakMap<SourceBatch, Filling>()
  #isClosed = false
  #reading: Promise<unknown> = Promise.resolve()

  private constructor(options: ReadingOptions, { position, batch }: OpenOptions) {
    const { pattern, follow } = options
    this.#options = options
    this.#limits = batch
    this.#catalogue = new Catalogue({ ...options, places: getOrElse(() => [] as ReturnType<typeof placesOf>)(map(placesOf)(position)) })
    this.#hint = follow ? new Hint(pattern.folder) : undefined
  }

  /** Looks at once: what is missing, or must not be read, is told by whoever opens it. */
  static async open(options: ReadingOptions, how: OpenOptions): Promise<OpenFiles> {
    const source = new OpenFiles(options, how)
    try {
      await source.#look()
      return source
    } catch (thrown) {
      await source.close()
      throw thrown
    }
  }

  async next(): Promise<SourceBatch | undefined> {
    const reading = this.#next()
    this.#reading = reading.catch(() => {})
    return reading
  }

  async acknowledge(batch: SourceBatch): Promise<void> {
    const used = this.#given.get(batch)?.release()
    this.#given.delete(batch)
    if (used !== undefined && this.#spare.length < mostSpare) this.#spare.push(used)
  }

  async close(): Promise<void> {
    this.#isClosed = true
    this.#hint?.close()
    await this.#reading
    await this.#catalogue.close()
  }

  async #next(): Promise<SourceBatch | undefined> {
    const filling = new Filling(this.#limits, () => this.#spare.pop() ?? Buffer.allocUnsafe(smallest))
    try {
      if (this.#failure !== undefined) throw this.#failure.error
      if (!(await this.#fill(filling)) && filling.isEmpty) return undefined
    } catch (error) {
      this.#failure = { error }
      // What came before it is there, and goes first.
      if (filling.isEmpty || this.#isClosed) throw error
    }
    if (this.#isClosed) return undefined
    this.#mark(this.#current)
    const batch = Object.assign(filling.batch(), { position: some(this.#catalogue.position()) })
    this.#given.set(batch, filling)
    return batch
  }

  /** Whether there may be more later. */
  async #fill(filling: Filling): Promise<boolean> {
    const { follow, poll } = this.#options
    let deadline: number | undefined
    while (!this.#isClosed) {
      const isMore = await this.#step(filling)
      // What does not fit is for the next batch.
      if (filling.isFull() || this.#current?.file?.hasRecords) return true
      if (isMore) continue
      if (!filling.isEmpty) deadline ??= Date.now() + this.#limits.linger
      const left = deadline === undefined ? poll : deadline - Date.now()
      if (left <= 0) return true
      if (await this.#look()) continue
      if (!follow) return false
      // To look at many files takes time, and is done for a tenth of the time at most.
      await this.#hint?.wait(this.#lookTook * 9, Math.min(poll, left))
    }
    return false
  }

  /** Reads on in the file whose turn it is, or gives the turn to the next. Whether there may be more at once. */
  async #step(filling: Filling): Promise<boolean> {
    const current = this.#current
    if (current === undefined) return this.#begin()
    const file = current.file as OpenFile
    if (file.hasRecords) {
      file.take(filling)
      if (file.hasRecords || filling.isFull()) return true
    }
    // Others wait, and it has had its turn: it goes on when they have had theirs.
    if (this.#queue.length > 0 && !file.isCompressed && file.readTo >= (current.seen?.size ?? 0) && this.#options.follow) {
      this.#end(current, file)
      return true
    }
    const progress = await this.#readOn(current, file)
    if (progress === 'some') {
      file.take(filling)
      return true
    }
    if (progress === 'changed') await this.#distrust(current)
    else this.#end(current, file)
    return this.#queue.length > 0
  }

  async #readOn(current: Tracked, file: OpenFile): Promise<'some' | 'end' | 'changed' | 'short'> {
    try {
      return await file.readOn(!this.#options.follow)
    } catch (error) {
      const isShort = error instanceof TanagerError && error.details.cause instanceof Damaged && error.details.cause.isShort
      if (!isShort || !this.#options.follow) throw error
      current.short = error
      return 'short'
    }
  }

  /** Opens the next file. */
  async #begin(): Promise<boolean> {
    const next = this.#queue.shift()
    if (next?.seen === undefined) return false
    if (next !== this.#last) await this.#release()
    try {
      next.file ??= await opened(next.seen, this.#options.format, next.offset, next.place?.print)
    } catch (thrown) {
      if (!(thrown instanceof Moved || isMissing(thrown))) throw thrown
      this.#queue = []
      return false
    }
    this.#last = next
    next.short = undefined
    if (next.file === undefined) await this.#distrust(next)
    else this.#current = next
    return true
  }

  async #release(): Promise<void> {
    const { file } = this.#last ?? {}
    if (this.#last !== undefined) this.#last.file = undefined
    this.#last = undefined
    await file?.close()
  }

  /** There is nothing more in it, for now. */
  #end(tracked: Tracked, file: OpenFile): void {
    this.#mark(tracked)
    this.#current = undefined
    tracked.looked = file.isCompressed ? file.size : file.readTo
    if (!this.#options.follow) tracked.isDone = true
    if (file.isCompressed && tracked.short === undefined && tracked.place !== undefined) {
      tracked.moveTo({ ...tracked.place, compressed: file.size })
    }
    // Its end is known, and a compressed file that has grown is read from its beginning.
    if (file.isCompressed) {
      tracked.file = undefined
      void file.close()
    }
  }

  /** What is there is not what was read: it is looked at anew. */
  async #distrust(tracked: Tracked): Promise<void> {
    this.#mark(tracked)
    this.#current = undefined
    if (tracked.seen !== undefined) tracked.seen = { ...tracked.seen, changed: -1 }
    const { file } = tracked
    tracked.file = undefined
    await file?.close()
    this.#queue = []
  }

  /** Notes where the reading of a file is. */
  #mark(tracked: Tracked | undefined): void {
    const { file, seen } = tracked ?? {}
    if (tracked === undefined || file === undefined || seen === undefined || file.offset === tracked.offset) return
    tracked.moveTo({
      key: seen.key,
      offset: file.offset,
      name: nameMark(seen.name),
      print: file.print(),
      compressed: file.isCompressed ? 0 : undefined,
    })
  }

  /** Whether there is something to read. */
  async #look(): Promise<boolean> {
    const begin = performance.now()
    this.#queue = [...(await this.#catalogue.look())]
    this.#lookTook = performance.now() - begin
    for (const { short, seen } of this.#catalogue.all()) {
      if (short !== undefined && seen !== undefined && Date.now() - seen.changed > settling) throw short
    }
    return this.#queue.length > 0
  }
}
