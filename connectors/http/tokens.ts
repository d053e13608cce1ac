import { createHash, timingSafeEqual } from 'node:crypto'
import { TanagerError } from '../../core/error.ts'
import { Problem } from './problem.ts'

/** Who may send, and what to. */
export interface IngestToken {
  /** What they show as `Authorization: Bearer …`: at least 16 characters of A-Z a-z 0-9 - . _ ~ + / =. */
  readonly token: string
  /** Whose it is. Idempotency keys of one name are no business of another; a token that replaces one has the same name. */
  readonly name?: string
  /** The names of the sources it may send to; all unless given. */
  readonly sources?: readonly string[]
}

/** Whoever has called. */
export interface Caller {
  readonly name: string
  readonly maySend: (source: string) => boolean
}

const shape = /^[A-Za-z0-9\-._~+/]{16,}=*$/
const anyone: Caller = { name: '', maySend: () => true }
const digest = (text: string): Buffer => createHash('sha256').update(text).digest()

/** Tells who calls, from the header `Authorization`. Without tokens everyone is let in. */
export function callersOf(given: readonly (string | IngestToken)[], known: readonly string[]): (authorization: string | null) => Caller {
  const tokens = given.map((each, i) => {
    const { token, name = '', sources } = typeof each === 'string' ? { token: each } : each
    // None of these errors shows the token.
    if (typeof token !== 'string' || !shape.test(token)) {
      throw new TanagerError('invalid-option', `ingest: tokens[${i}] is no bearer token`, {
        allowed: 'at least 16 characters of A-Z a-z 0-9 - . _ ~ + / =',
        remedy: 'openssl rand -hex 32 makes one.',
      })
    }
    if (typeof name !== 'string') throw new TanagerError('invalid-option', `ingest: tokens[${i}].name`, { value: name, allowed: 'text' })
    const unknown = sources?.find((source) => !known.includes(source))
    if (unknown !== undefined) {
      throw new TanagerError('invalid-option', `ingest: tokens[${i}].sources names a source that is not among sources`, {
        value: unknown,
        allowed: known.join(', '),
      })
    }
    return { hash: digest(token), caller: { name, maySend: (source: string) => sources?.includes(source) ?? true } }
  })
  if (tokens.length === 0) return () => anyone

  return (authorization) => {
    const shown = /^Bearer +([^ ]+) *$/i.exec(authorization ?? '')?.[1]
    let found: Caller | undefined
    if (shown !== undefined) {
      // Hashes are of one length, and all of them are compared: how long it takes tells nothing.
      const hash = digest(shown)
      for (const each of tokens) if (timingSafeEqual(hash, each.hash)) found = each.caller
    }
    if (found !== undefined) return found
    throw new Problem(401, shown === undefined ? 'a bearer token is needed' : 'this token is not known', {
      remedy: 'Send the header Authorization: Bearer <token>.',
      headers: { 'www-authenticate': shown === undefined ? 'Bearer realm="ingest"' : 'Bearer realm="ingest", error="invalid_token"' },
    })
  }
}
