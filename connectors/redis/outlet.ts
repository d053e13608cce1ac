import type { RedisAccess } from './access.ts'
import type { Subject } from './fault.ts'
import { connect, type Link } from './link.ts'

/** A connection that is opened when it is needed, after a failure anew, and left when it has not been for a while. */
export class Outlet {
  readonly #redis: RedisAccess
  readonly #subject: Subject
  readonly #idle: number
  readonly #using = new Set<Promise<unknown>>()
  #opening: Promise<Link> | undefined
  #resting: ReturnType<typeof setTimeout> | undefined

  constructor(redis: RedisAccess, subject: Subject, idle: number) {
    this.#redis = redis
    this.#subject = subject
    this.#idle = idle
  }

  async use<A>(work: (link: Link) => Promise<A>): Promise<A> {
    clearTimeout(this.#resting)
    const used = this.#used(work)
    this.#using.add(used)
    try {
      return await used
    } finally {
      this.#using.delete(used)
      if (this.#using.size === 0 && this.#opening !== undefined) this.#resting = setTimeout(() => void this.#leave(), this.#idle)
    }
  }

  async close(): Promise<void> {
    await Promise.allSettled(this.#using)
    await this.#leave()
  }

  async #used<A>(work: (link: Link) => Promise<A>): Promise<A> {
    const link = await this.#open()
    return await link.answer(work(link))
  }

  #open(): Promise<Link> {
    if (this.#opening !== undefined) return this.#opening
    const forget = () => {
      if (this.#opening === opening) this.#opening = undefined
    }
    const opening = connect(this.#redis, this.#subject).then((link) => {
      link.client.once('end', forget)
      return link
    })
    opening.catch(forget)
    this.#opening = opening
    return opening
  }

  async #leave(): Promise<void> {
    clearTimeout(this.#resting)
    const left = this.#opening
    this.#opening = undefined
    await left?.then(
      (link) => link.close(),
      () => undefined,
    )
  }
}
