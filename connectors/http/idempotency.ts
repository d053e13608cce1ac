import { createHash } from 'node:crypto'
import { Problem } from './problem.ts'

const remembered = 10_000
const bare = /^[\x21\x23-\x2b\x2d-\x5b\x5d-\x7e]{1,255}$/
const quoted = /^"((?:[\x20\x21\x23-\x5b\x5d-\x7e]|\\["\\]){1,255})"$/

/** The header `Idempotency-Key`: a string of structured fields, in quotes, or, as most send it, without. */
export function keyOf(header: string | null, isRequired: boolean): string | undefined {
  if (header === null) {
    if (!isRequired) return undefined
    throw new Problem(400, 'the header Idempotency-Key is missing', {
      remedy: 'Give each request one of its own, a UUID say, and send the request again under the same.',
    })
  }
  const text = header.trim()
  const key = quoted.exec(text)?.[1]?.replaceAll(/\\(["\\])/g, '$1') ?? (bare.test(text) ? text : undefined)
  if (key !== undefined) return key
  throw new Problem(400, 'this is no Idempotency-Key', {
    value: text,
    allowed: '1 to 255 visible characters of ASCII without comma, quote and backslash, or any of ASCII in quotes',
  })
}

/**
 * Makes a writer of each request that has a key: it sends one batch, number 1, and never another. The log knows it for as long as it
 * knows any writer, so a request that comes again is answered with what the first was. What is sent is part of the name: with
 * other records it is another request, and a key that is used over and over loses nothing.
 */
export class Requests {
  /** What was sent under the last keys, oldest first. */
  readonly #sent = new Map<string, string>()

  /** @throws Problem 422 if the key was used for something else a while ago, as far as this process knows */
  writerOf(caller: string, source: string, key: string, content: readonly (string | Uint8Array)[]): string {
    const who = hashOf([JSON.stringify([caller, source, key])])
    const what = hashOf(content)
    const before = this.#sent.get(who)
    if (before !== undefined && before !== what) {
      throw new Problem(422, 'this Idempotency-Key belongs to a request with another body', {
        value: key,
        remedy: 'Nothing was accepted. Give each request a key of its own.',
      })
    }
    this.#sent.delete(who)
    this.#sent.set(who, what)
    if (this.#sent.size > remembered) this.#sent.delete(this.#sent.keys().next().value as string)
    return `http/${hashOf([who, what])}`
  }
}

function hashOf(parts: readonly (string | Uint8Array)[]): string {
  const hash = createHash('sha256')
  for (const part of parts) hash.update(part)
  return hash.digest('base64url')
}
