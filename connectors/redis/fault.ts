import { type ErrorCode, messageOf, TanagerError } from '../../core/error.ts'

/** What is spoken of, for errors. */
export interface Subject {
  readonly code: Extract<ErrorCode, 'source' | 'sink'>
  /** Such as `stream beacons`. */
  readonly name: string
}

/** An error as a person who runs this wants it: where, what, and what to do. */
export function faultOf({ code, name }: Subject, place: string, error: unknown): TanagerError {
  if (error instanceof TanagerError) return error
  withoutArguments(error)
  const said = messageOf(error)
  const { code: number } = (typeof error === 'object' && error !== null ? error : {}) as { readonly code?: unknown }
  const text = typeof number === 'string' ? `${number} ${said}` : said
  const rule = rules.find(({ when }) => when.test(text))
  const { what, remedy } = rule?.say(text) ?? { what: said.trim(), remedy: undefined }
  return new TanagerError(code, what, { where: `Redis ${name} at ${place}`, ...(remedy === undefined ? {} : { remedy }), cause: error })
}

/** ioredis keeps with an error what the command was given, a password or a thousand records, for all who print it: not ours. */
export function withoutArguments(error: unknown): void {
  const { command } = (typeof error === 'object' && error !== null ? error : {}) as { readonly command?: { args?: unknown } }
  if (command !== undefined) delete command.args
}

interface Said {
  readonly what: string
  readonly remedy?: string
}

interface Rule {
  readonly when: RegExp
  readonly say: (text: string) => Said
}

// The first that fits says what it is. Texts are those of Redis 6.2 to 8, of ioredis 6 and of Node.
const rules: readonly Rule[] = [
  {
    when: /ECONNREFUSED/,
    say: () => ({ what: 'nothing takes connections there', remedy: 'Start it, or correct host and port in redis: 6379 is usual' }),
  },
  { when: /ENOTFOUND|EAI_AGAIN/, say: () => ({ what: 'there is no host of that name', remedy: 'Correct it in redis' }) },
  {
    when: /ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|Socket timeout|timed out|does not answer/,
    say: () => ({ what: 'it does not answer', remedy: 'Look whether it hangs, and whether a firewall is in between' }),
  },
  {
    when: /WRONG_VERSION_NUMBER|ERR_SSL_PACKET_LENGTH|EPROTO/,
    say: () => ({ what: 'that port does not speak TLS', remedy: 'Write redis:// for it, or give the port that does' }),
  },
  {
    when: /CERT|SELF_SIGNED|UNABLE_TO_VERIFY/,
    say: (text) => ({
      what: `its certificate is not trusted (${text.split(' ')[0]})`,
      remedy: 'redis: { host, port, tls: { ca, cert, key } }: ca vouches for the server, cert and key for this client',
    }),
  },
  {
    when: /NOAUTH|WRONGPASS|invalid username-password/,
    say: (text) => ({
      what: text.includes('NOAUTH') ? 'it wants a password, and was given none' : 'it refuses this user with this password',
      remedy: 'Put them into the address, percent-encoded: redis://:password@host:port, or redis://user:password@host:port',
    }),
  },
  {
    when: /NOPERM|ACL failure in script|The user executing the script can't/,
    say: (text) => {
      const command = /'([\w|]+)' command/.exec(text)?.[1]?.toLowerCase()
      if (command !== undefined) return { what: `this user may not run ${command}`, remedy: `ACL SETUSER … +${command}` }
      if (/\bchannels?\b/.test(text)) return { what: 'this user may not listen to it', remedy: 'ACL SETUSER … &CHANNEL' }
      if (/\bkeys?\b/.test(text))
        return { what: 'this user may not touch a key of it', remedy: 'ACL SETUSER … ~KEY, as the manual lists them' }
      return { what: 'this user may not run a command that a script needs', remedy: 'ACL LOG names it' }
    },
  },
  {
    when: /WRONGTYPE/,
    say: () => ({ what: 'the key is of another type', remedy: 'TYPE KEY says of which: name another key, or another kind of source' }),
  },
  {
    when: /NOGROUP|no such key|consumer group this client was blocked on no longer exists/,
    say: () => ({
      what: 'there is no such consumer group, or no such stream',
      remedy: 'Create it with XGROUP CREATE KEY GROUP 0 MKSTREAM, or let it be created with create: true',
    }),
  },
  {
    when: /READONLY/,
    say: () => ({ what: 'it is a replica, and takes no writes', remedy: 'Give the address of the primary, or of Sentinel' }),
  },
  { when: /LOADING/, say: () => ({ what: 'it is loading its data', remedy: 'Whoever reads it opens it anew; nothing needs to be done' }) },
  {
    when: /^OOM|command not allowed when used memory/,
    say: () => ({ what: 'it is full', remedy: 'Trim what is in it, or give it more maxmemory' }),
  },
  {
    when: /MISCONF/,
    say: () => ({ what: 'it takes no writes, because it cannot save to its disk', remedy: 'Its log says why: the disk may be full' }),
  },
  {
    when: /\bMOVED\b|\bCROSSSLOT\b|\bASK \d/,
    say: () => ({ what: 'it is one node of a cluster', remedy: 'redis: () => new Cluster([{ host, port }]), with Cluster from ioredis' }),
  },
  {
    when: /unknown command|syntax error/i,
    say: (text) => ({ what: `it is too old: ${text}`, remedy: 'Redis 6.2 or newer is needed' }),
  },
  {
    when: /Connection is closed|ECONNRESET|EPIPE|closed state|Stream isn't writeable|Connection is in closing|UNBLOCKED/,
    say: () => ({ what: 'the connection is lost', remedy: 'Whoever reads or writes it connects anew, once it is there' }),
  },
]
