import { encoded } from '../../core/contract/encoded.ts'
import { messageOf, TanagerError } from '../../core/error.ts'
import type { Gate } from './gate.ts'
import type { IngestSettings, IngestTarget } from './ingest-options.ts'
import { Problem } from './problem.ts'

interface Forwarding<N extends string> {
  readonly target: IngestTarget<N>
  readonly gate: Gate
  readonly settings: IngestSettings<N>
}

/** What the target may take longer than it was told to, in milliseconds: to find that it may be sent to at all has no limit. */
const grace = 500

/** Sends the records of a request on, and answers with the receipt once they are kept. */
export async function forward<N extends string>(
  forwarding: Forwarding<N>,
  source: N,
  records: readonly string[],
  writer: string | undefined,
): Promise<Readonly<Record<string, number>>> {
  const { target, gate, settings } = forwarding
  if (gate.isShut) throw away(settings.retryAfter, true)
  const { sendTimeout: timeout } = settings
  const once = writer === undefined ? {} : { writer, sequence: 1 }
  let timer: ReturnType<typeof setTimeout> | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new TanagerError('timeout', 'no answer')), timeout + grace)
  })
  try {
    return await Promise.race([target.send(source, encoded([records]), { timeout, ...once }), late])
  } catch (error) {
    throw await problemOf(forwarding, source, error, writer !== undefined)
  } finally {
    clearTimeout(timer)
  }
}

async function problemOf<N extends string>(
  { gate, settings }: Forwarding<N>,
  source: N,
  error: unknown,
  hasKey: boolean,
): Promise<Problem> {
  const { retryAfter, notice } = settings
  const code = error instanceof TanagerError ? error.code : undefined
  if (code === 'timeout') {
    const none = acceptedNone(error as TanagerError)
    if (!(await gate.isThere())) return away(retryAfter, false, hasKey)
    if (!none && !hasKey) return away(retryAfter, false)
    return new Problem(429, `the source ${source} is full`, {
      remedy: hasKey ? 'Send it again later, under the same Idempotency-Key.' : 'Nothing was accepted. Send it again later.',
      headers: { 'retry-after': String(retryAfter) },
    })
  }
  if (code === 'too-long') return new Problem(413, messageOf(error))
  if (code === 'closed') return away(retryAfter, true)
  notice(`http: the source ${source} did not take a request: ${messageOf(error)}`)
  return away(retryAfter, false, hasKey)
}

// The sender says so of records that wait in its queue. Whatever else it says, some may be on their way.
const acceptedNone = ({ details }: TanagerError): boolean => String(details.value).startsWith('0 of ')

function away(retryAfter: number, isNone: boolean, hasKey = false): Problem {
  const unknown = 'It is not known whether some of it was accepted; with an Idempotency-Key it could be sent again without harm.'
  return new Problem(503, 'what keeps the records is away', {
    remedy: isNone
      ? 'Nothing was accepted. Send it again later.'
      : hasKey
        ? 'Send it again later, under the same Idempotency-Key: it counts once.'
        : unknown,
    headers: { 'retry-after': String(retryAfter) },
  })
}
