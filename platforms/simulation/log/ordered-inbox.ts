import { type Arrival, Inbox } from './inbox.ts'

/**
 * An inbox whose entries are merged in the order of their stream: one that comes early waits until all before it are
 * committed. What need not wait any more is a plain list, in the order it was set free: so no stream keeps another
 * waiting, and what stood in the list at some moment is merged once the position has moved by as much.
 */
export class OrderedInbox extends Inbox {
  readonly #early: Arrival[] = []

  override add(entry: Arrival): void {
    this.#early.push(entry)
  }

  override release(stream: string, watermark: number): void {
    const isFree = (entry: Arrival) => entry.stream === stream && entry.sequence <= watermark
    for (const { payload } of this.#early.filter(isFree).sort((a, b) => a.sequence - b.sequence)) this.push(payload)
    this.#early.splice(0, Infinity, ...this.#early.filter((entry) => !isFree(entry)))
  }

  // Where all that fills an inbox waits for one batch, that batch must be let in, or nothing ever moves again.
  override hasRoom(room: number, next: boolean): boolean {
    return super.hasRoom(room, next) || (next && !this.isReady)
  }

  protected override get held(): readonly { readonly payload: string }[] {
    return [...super.held, ...this.#early]
  }
}
