import { TanagerError } from '../../core/error.ts'
import { fault, isMissing } from './fault.ts'
import { isCopyInTheMaking, settling } from './hold.ts'
import { beside, listed, type Seen } from './listing.ts'
import { bytesOf, type FileFormat, Moved, OpenFile } from './open-file.ts'
import type { Pattern } from './pattern.ts'
import { type Place, positionText } from './position.ts'
import { mayBe, nameMark } from './print.ts'
import { Tracked } from './tracked.ts'

export interface CatalogueOptions {
  readonly pattern: Pattern
  readonly format: FileFormat
  readonly follow: boolean
  readonly order: 'name' | 'oldest'
  readonly notice: (text: string) => void
  readonly places: readonly Place[]
}

/** How many files that are gone are remembered, in case they come again, compressed. */
const rememberedGone = 100

/** Which files there are, and how far each was read: by what is in them, whatever they are called by now. */
export class Catalogue {
  readonly #options: CatalogueOptions
  #known = new Map<string, Tracked>()
  #gone: Tracked[] = []
  readonly #told = new Set<string>()
  /** How files begin that were looked into. */
  readonly #peeked = new Map<string, { readonly bytes: Buffer; readonly isCompressed: boolean }>()

  constructor(options: CatalogueOptions) {
    this.#options = options
    for (const place of options.places) this.#known.set(place.key, new Tracked(place, undefined))
  }

  /** Where the reading is, in all of them. */
  position(): string {
    const texts: string[] = []
    for (const tracked of this.#gone) if (tracked.text !== undefined) texts.push(tracked.text)
    for (const tracked of this.#known.values()) if (tracked.text !== undefined) texts.push(tracked.text)
    return positionText(texts, this.#options.pattern.text)
  }

  all(): Iterable<Tracked> {
    return this.#known.values()
  }

  /** The files in which there is something to read, in the order in which it is to be read. */
  async look(): Promise<readonly Tracked[]> {
    for (let tries = 1; ; tries += 1) {
      try {
        await this.#reconcile()
        return this.#queue()
      } catch (thrown) {
        // Files were renamed while they were looked at: what was concluded so far holds, the rest is looked at again.
        if (!(thrown instanceof Moved || isMissing(thrown)) || tries === 100) throw thrown
      }
    }
  }

  async close(): Promise<void> {
    for (const tracked of this.#known.values()) {
      await tracked.file?.close()
      tracked.file = undefined
    }
  }

  /** What is told once is not told again. */
  tell(key: string, text: string): void {
    if (this.#told.has(key)) return
    this.#told.add(key)
    this.#options.notice(text)
  }

  #queue(): readonly Tracked[] {
    const { order, follow } = this.#options
    const isOlder = (a: Seen, b: Seen) => a.written - b.written || byName(a, b)
    const compare = order === 'oldest' ? isOlder : byName
    // What was begun comes first: what is left of a log that was moved away stands before what is in the new one.
    const rank = (tracked: Tracked) => (tracked.isStray ? 0 : tracked.place !== undefined && follow ? 1 : 2)
    return [...this.#known.values()]
      .filter((tracked) => tracked.hasMore)
      .sort((a, b) => rank(a) - rank(b) || compare(a.seen as Seen, b.seen as Seen))
  }

  async #reconcile(): Promise<void> {
    const { pattern, follow } = this.#options
    const files = await listed(pattern)
    if (pattern.only !== undefined && files.length === 0) await this.#missing()
    const fresh = new Map<string, Seen>()
    const cut: Tracked[] = []
    const there = new Set<string>()
    this.#peeked.clear()
    for (const seen of files) {
      there.add(seen.key)
      const tracked = this.#known.get(seen.key)
      if (tracked === undefined) fresh.set(seen.key, seen)
      else if (await this.#isSame(tracked, seen)) this.#see(tracked, seen)
      else {
        cut.push(tracked)
        fresh.set(seen.key, seen)
      }
    }
    const away = [...this.#known.values()].filter((tracked) => !there.has(keyOf(tracked)))
    const missing: Tracked[] = []
    let folder: readonly Seen[] | undefined
    for (const tracked of away) {
      if (await this.#isWhereItWas(tracked)) continue
      folder ??= await beside(pattern)
      if (!(await this.#isRenamed(tracked, folder))) missing.push(tracked)
    }
    if (cut.length > 0) folder ??= await beside(pattern)
    for (const tracked of cut) await this.#lose(tracked, await this.#elsewhere(tracked, fresh, folder ?? [], 'cut'), fresh)
    for (const tracked of missing) {
      const found = await this.#elsewhere(tracked, fresh, folder ?? [], 'away')
      // Compressed, it has all that is left to be read; without, that is read of it as long as it is open.
      if (found?.isCompressed || !(await this.#isStillOpen(tracked))) await this.#lose(tracked, found, fresh)
    }
    for (const tracked of [...this.#gone]) if (fresh.size > 0) await this.#comeAgain(tracked, fresh)
    // Files are renamed while they are listed: one that is copied may be in one list, or in the other.
    const lists = [files, folder ?? []].map((list) => new Map(list.map((seen) => [seen.name, seen])))
    for (const seen of fresh.values()) {
      // What it will be of, if it is a copy that was only just begun, its first bytes tell.
      if (follow && (seen.size === 0 || (await this.#isHeld(seen, lists)))) continue
      this.#known.set(seen.key, new Tracked(undefined, seen))
    }
    this.#forget()
  }

  async #isHeld(seen: Seen, lists: readonly ReadonlyMap<string, Seen>[]): Promise<boolean> {
    for (const named of lists) if (await isCopyInTheMaking(seen, named, this.#options.format)) return true
    return false
  }

  async #missing(): Promise<void> {
    const { pattern, follow } = this.#options
    if (follow) return this.tell('missing', `${pattern.text} is not there yet; it is waited for`)
    if (this.#known.size > 0) return
    throw new TanagerError('source', `there is no file ${pattern.text}`, {
      remedy: 'Mend the path, or wait for the file with follow: true.',
    })
  }

  #see(tracked: Tracked, seen: Seen): void {
    if (tracked.seen?.written !== seen.written || tracked.seen.size !== seen.size) tracked.looked = Math.min(tracked.looked, tracked.offset)
    tracked.seen = seen
    tracked.isStray = false
    if (tracked.place !== undefined && tracked.place.name !== nameMark(seen.name)) {
      tracked.moveTo({ ...tracked.place, name: nameMark(seen.name) })
    }
  }

  /** Whether a file has what was read of it. It need not be asked where nothing has changed. */
  async #isSame({ seen: before, place, file }: Tracked, seen: Seen): Promise<boolean> {
    if (before !== undefined && before.size === seen.size && before.written === seen.written && before.changed === seen.changed) return true
    if (place === undefined) return file === undefined || seen.size >= file.readTo
    if (place.compressed !== undefined && place.compressed === seen.size) return true
    const found = await opened(seen, this.#options.format, place.offset, place.print)
    await found?.close()
    return found !== undefined
  }

  /** Whether a file begins with what was read, and whether it is compressed. */
  async #has(seen: Seen, { offset, print }: Place): Promise<{ readonly isCompressed: boolean } | undefined> {
    let peeked = this.#peeked.get(seen.key)
    if (peeked === undefined) {
      peeked = await reached(seen, () => bytesOf(seen, this.#options.format, 0))
      this.#peeked.set(seen.key, peeked)
    }
    // To compare all of it, a compressed file has to be decompressed.
    if (!mayBe(print, peeked.bytes, offset)) return undefined
    const file = await opened(seen, this.#options.format, offset, print)
    await file?.close()
    return file && { isCompressed: file.isCompressed }
  }

  /** One that is not meant any more, and was found before. */
  async #isWhereItWas(tracked: Tracked): Promise<boolean> {
    if (!tracked.isStray || tracked.seen === undefined) return false
    const folder = { ...this.#options.pattern, only: tracked.seen.name }
    const [seen] = await listed(folder)
    if (seen?.key !== tracked.seen.key || !(await this.#isSame(tracked, seen))) return false
    tracked.seen = seen
    return true
  }

  /** One that was renamed to what is not meant: it is read to its end. */
  async #isRenamed(tracked: Tracked, folder: readonly Seen[]): Promise<boolean> {
    const seen = folder.find(({ key }) => key === keyOf(tracked))
    if (seen === undefined || !(await this.#isSame(tracked, seen))) return false
    tracked.seen = seen
    tracked.isStray = true
    return true
  }

  /** One that is gone, but open, and has more than was read: so is this. */
  async #isStillOpen(tracked: Tracked): Promise<boolean> {
    if (tracked.file === undefined || tracked.seen === undefined || tracked.isCompressed) return false
    const size = await tracked.file.sizeNow()
    if (size <= tracked.file.readTo) return false
    tracked.seen = { ...tracked.seen, size }
    tracked.isStray = true
    return true
  }

  /**
   * Where the contents of a file are by now, that is not there or has others: compressed; in a file that was put in its
   * place; or, if it was cut short, in the copy that was made before.
   */
  async #elsewhere(tracked: Tracked, fresh: ReadonlyMap<string, Seen>, folder: readonly Seen[], how: 'cut' | 'away') {
    const { place } = tracked
    if (place === undefined) return undefined
    const others = folder.filter(({ key }) => !fresh.has(key) && !this.#known.has(key))
    // Also those that were empty when they were listed: a copy may have been made since.
    const candidates = [...fresh.values(), ...others].filter(({ key }) => how === 'away' || key !== place.key)
    for (const seen of candidates.sort((a, b) => b.size - a.size)) {
      const found = await this.#has(seen, place)
      if (found === undefined) continue
      const isCompressedNow = found.isCompressed && !tracked.isCompressed
      const isReplaced = how === 'away' && nameMark(seen.name) === place.name && fresh.has(seen.key)
      if (how === 'cut' || isCompressedNow || isReplaced) return { seen, isCompressed: found.isCompressed, isMeant: fresh.has(seen.key) }
    }
    return undefined
  }

  async #lose(
    tracked: Tracked,
    found: { readonly seen: Seen; readonly isCompressed: boolean; readonly isMeant: boolean } | undefined,
    fresh: Map<string, Seen>,
  ): Promise<void> {
    const there = fresh.get(keyOf(tracked))
    const name = (there ?? tracked.seen)?.path ?? this.#options.pattern.text
    const wasCut = there !== undefined
    this.#known.delete(keyOf(tracked))
    await tracked.file?.close()
    tracked.file = undefined
    if (found !== undefined) {
      fresh.delete(found.seen.key)
      tracked.adopt(found.seen, found.isCompressed)
      tracked.isStray = !found.isMeant
      this.#known.set(found.seen.key, tracked)
      if (wasCut) this.#options.notice(`${name} was cut short; the reading goes on in ${found.seen.path}, which has what it had`)
      return
    }
    const { offset, unread } = tracked
    // Of what was never read nobody knows what it was: if there is something of its name, compressed perhaps, it may be that.
    const isLikely = tracked.place !== undefined || ![...fresh.values()].some(({ name }) => name.startsWith(`${tracked.seen?.name}.`))
    const lost = unread > 0 && isLikely ? `at least ${unread} bytes behind byte ${offset}, which nobody had read, are lost` : ''
    if (wasCut) {
      const known = lost === '' ? `all ${offset} bytes that were known were read; what came after them is lost, if anything did` : lost
      this.#options.notice(`${name} was cut short, or replaced, and is read from its beginning; ${known}`)
    } else if (lost !== '') this.#options.notice(`${name} is gone; ${lost}`)
    if (tracked.place !== undefined && !wasCut) this.#gone.push(tracked)
  }

  /** One that was gone is there again, as it was, or compressed. */
  async #comeAgain(tracked: Tracked, fresh: Map<string, Seen>): Promise<void> {
    const { place } = tracked
    if (place === undefined) return
    for (const seen of fresh.values()) {
      if (seen.size === 0) continue
      const isItself = seen.key === place.key
      if (!isItself && tracked.isCompressed) continue
      const found = await this.#has(seen, place)
      if (found === undefined || !(isItself || found.isCompressed)) continue
      fresh.delete(seen.key)
      this.#gone = this.#gone.filter((each) => each !== tracked)
      tracked.adopt(seen, found.isCompressed)
      tracked.isStray = false
      this.#known.set(seen.key, tracked)
      return
    }
  }

  /** What was moved away, and is not written to any more; and the oldest of what is gone. */
  #forget(): void {
    for (const [key, tracked] of this.#known) {
      const { isStray, hasMore, seen } = tracked
      if (!isStray || hasMore || (seen !== undefined && Date.now() - seen.changed < settling)) continue
      this.#known.delete(key)
      void tracked.file?.close()
      tracked.file = undefined
      this.#gone.push(tracked)
    }
    this.#gone = this.#gone.slice(-rememberedGone)
  }
}

const keyOf = ({ seen, place }: Tracked): string => (place?.key ?? seen?.key) as string

const byName = (a: Seen, b: Seen): number => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0)

/** Opens the very file that was seen. */
export const opened = (seen: Seen, format: FileFormat, offset: number, print?: string): Promise<OpenFile | undefined> =>
  reached(seen, () => OpenFile.at(seen.path, format, { offset, inode: seen.inode, ...(print === undefined ? {} : { print }) }))

async function reached<A>({ path }: Seen, use: () => Promise<A>): Promise<A> {
  try {
    return await use()
  } catch (thrown) {
    if (thrown instanceof Moved || isMissing(thrown)) throw thrown
    throw fault('source', 'cannot read', path, thrown)
  }
}
