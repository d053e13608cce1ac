import type { Seen } from './listing.ts'
import type { OpenFile } from './open-file.ts'
import { type Place, placeText } from './position.ts'
import { nameMark } from './print.ts'

/** A file that is meant, or was, and how far its reading is. */
export class Tracked {
  /** Undefined as long as nothing of it was read. */
  place: Place | undefined
  /** As it was when it was last looked at; undefined as long as it was not. */
  seen: Seen | undefined
  /** Open, if it is the one that is being read, or was last. */
  file: OpenFile | undefined
  /** How large it was when there was nothing more to read in it, for now. */
  looked = 0
  /** It will not be looked at again. */
  isDone = false
  /** Compressed bytes that end too early: who writes it may not be done yet. */
  short: Error | undefined
  /** It is not among those that are meant any more, but was read in part. */
  isStray = false
  #text: string | undefined

  constructor(place: Place | undefined, seen: Seen | undefined) {
    this.place = place
    this.seen = seen
  }

  get offset(): number {
    return this.place?.offset ?? 0
  }

  get isCompressed(): boolean {
    return this.place?.compressed !== undefined
  }

  /** How it stands in a position. */
  get text(): string | undefined {
    if (this.place === undefined) return undefined
    this.#text ??= placeText(this.place)
    return this.#text
  }

  get hasMore(): boolean {
    if (this.isDone || this.seen === undefined) return false
    const { size } = this.seen
    if (this.isCompressed) return size !== this.place?.compressed && size !== this.looked
    return size > Math.max(this.offset, this.looked)
  }

  /** What is known not to have been read, in bytes. */
  get unread(): number {
    if (this.seen === undefined || this.isCompressed) return 0
    return Math.max(0, this.seen.size - this.offset)
  }

  moveTo(place: Place): void {
    this.place = place
    this.#text = undefined
  }

  /** The same contents are found in another file. */
  adopt(seen: Seen, isCompressed: boolean): void {
    this.seen = seen
    this.looked = 0
    if (this.place === undefined) return
    this.moveTo({
      ...this.place,
      key: seen.key,
      name: nameMark(seen.name),
      compressed: isCompressed ? (this.place.compressed ?? 0) : undefined,
    })
  }
}
