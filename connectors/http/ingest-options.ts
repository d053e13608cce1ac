import type { Encoded } from '../../core/contract/encoded.ts'
import { TanagerError } from '../../core/error.ts'
import type { SourceSlot } from '../../core/slot/slot.ts'
import { count, invalid, mustBeKnown } from './check.ts'
import type { IngestToken } from './tokens.ts'

/** What records are sent on to: a client of a deployed job is one. */
export interface IngestTarget<N extends string> {
  /** Answers once the records are kept, with a receipt. Under a writer and a number it has heard before, it changes nothing. */
  readonly send: (source: N, records: Encoded, options: IngestSend) => Promise<Readonly<Record<string, number>>>
  /** Answers if it is there. It tells a stream that is full (429) from a Redis that is away (503). */
  readonly status?: () => Promise<unknown>
}

export interface IngestSend {
  /** Milliseconds. */
  readonly timeout: number
  readonly writer?: string
  readonly sequence?: number
}

// biome-ignore lint/suspicious/noExplicitAny: `unknown` would refuse each concrete slot, codecs being invariant.
type AnySource<N extends string> = SourceSlot<N, any>

export interface IngestOptions<N extends string> {
  /** The sources that take records, as the job was made of them. */
  readonly sources: readonly { readonly slot: AnySource<N> }[]
  /** Who may send. Each is a bearer token, or one with a name and sources of its own. */
  readonly tokens?: readonly (string | IngestToken)[]
  /** True if everyone may send, and there are no tokens: behind something that asks, or on this machine alone. */
  readonly open?: boolean
  /** Refuses requests without an `Idempotency-Key`. */
  readonly requireKey?: boolean
  /** Reads each record before it is sent, and refuses the request (422) if one cannot be read. Unless given, it becomes a dead letter. */
  readonly validate?: boolean
  /** How long a source that is full is waited for, in milliseconds; 2 000. */
  readonly sendTimeout?: number
  /** What `Retry-After` says, in seconds; 2. */
  readonly retryAfter?: number
  readonly limits?: IngestLimits
  /** Is told what failed and is not the caller's fault: a line of text, without anything secret. */
  readonly notice?: (text: string) => void
}

export interface IngestLimits {
  /** Bytes of a body, as sent and as unpacked; 8 Mi. */
  readonly length?: number
  /** Records of a request; 100 000. */
  readonly records?: number
  /** Requests in hand at one time; 256. */
  readonly requests?: number
  /** Bytes of their bodies together; 64 Mi. */
  readonly held?: number
  /** How long a body may take to come, in milliseconds; 30 000. */
  readonly bodyTimeout?: number
}

/** The same, read. */
export interface IngestSettings<N extends string> {
  readonly sources: ReadonlyMap<string, AnySource<N>>
  readonly tokens: readonly (string | IngestToken)[]
  readonly requireKey: boolean
  readonly validate: boolean
  readonly sendTimeout: number
  readonly retryAfter: number
  readonly limits: Required<IngestLimits>
  readonly notice: (text: string) => void
}

const known = ['sources', 'tokens', 'open', 'requireKey', 'validate', 'sendTimeout', 'retryAfter', 'limits', 'notice']
const where = 'ingest'
const mebi = 1 << 20
const longest = 1 << 30

export function settingsOf<N extends string>(options: IngestOptions<N>): IngestSettings<N> {
  mustBeKnown(where, options, known)
  const { sources, tokens = [], open = false, limits = {}, notice = () => {} } = options
  if (!Array.isArray(sources) || sources.length === 0 || sources.some((each) => each?.slot?.kind !== 'source')) {
    throw invalid(where, 'sources', sources, 'sources of the job, at least one')
  }
  if (!Array.isArray(tokens)) throw new TanagerError('invalid-option', `${where}: tokens`, { allowed: 'a list of bearer tokens' })
  if (tokens.length === 0 && open !== true) {
    throw new TanagerError('invalid-option', `${where}: there are no tokens, so everyone could send`, {
      allowed: 'tokens, or open: true',
      remedy: 'Give tokens, or say open: true if something else asks who it is.',
    })
  }
  if (tokens.length > 0 && open) throw invalid(where, 'open', open, 'true only without tokens')
  if (typeof notice !== 'function') throw invalid(where, 'notice', notice, 'a function')
  mustBeKnown(`${where}: limits`, limits, ['length', 'records', 'requests', 'held', 'bodyTimeout'])
  const length = count(where, 'limits.length', limits.length ?? 8 * mebi, 1, longest)
  return {
    sources: new Map(sources.map(({ slot }) => [slot.name, slot])),
    tokens,
    requireKey: flag('requireKey', options.requireKey),
    validate: flag('validate', options.validate),
    sendTimeout: count(where, 'sendTimeout', options.sendTimeout ?? 2_000, 1, 600_000),
    retryAfter: count(where, 'retryAfter', options.retryAfter ?? 2, 0, 86_400),
    limits: {
      length,
      records: count(where, 'limits.records', limits.records ?? 100_000, 1, longest),
      requests: count(where, 'limits.requests', limits.requests ?? 256, 1, 1_000_000),
      // Less than one body, packed and unpacked, would refuse each large one for ever.
      held: count(where, 'limits.held', limits.held ?? Math.max(64 * mebi, 2 * length), 2 * length, 1024 * longest),
      bodyTimeout: count(where, 'limits.bodyTimeout', limits.bodyTimeout ?? 30_000, 1, 3_600_000),
    },
    notice,
  }
}

function flag(option: string, value: unknown = false): boolean {
  if (typeof value === 'boolean') return value
  throw invalid(where, option, value, 'true or false')
}
