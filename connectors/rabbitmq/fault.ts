import { type ErrorCode, messageOf, TanagerError } from '../../core/error.ts'

/** What is spoken of, for errors. */
export interface Subject {
  readonly code: Extract<ErrorCode, 'source' | 'sink'>
  /** Such as `queue beacons`. */
  readonly name: string
  /** What it is for: `read` or `write`. */
  readonly right: 'read' | 'write'
}

/** Where it was looked for. */
export interface Site {
  readonly host: string
  readonly user: string
  readonly vhost: string
}

/** An error as a person who runs this wants it: where, what, and what to do. */
export function faultOf(subject: Subject, site: Site, error: unknown): TanagerError {
  if (error instanceof TanagerError) return error
  const said = messageOf(error)
  const { code } = (typeof error === 'object' && error !== null ? error : {}) as { readonly code?: unknown }
  const text = typeof code === 'string' ? `${code} ${said}` : said
  const rule = rules.find(({ when }) => when.test(text))
  const { what, remedy } = rule?.say({ subject, site, text }) ?? { what: said.trim(), remedy: undefined }
  return new TanagerError(subject.code, what, { where: whereOf(subject, site), ...(remedy === undefined ? {} : { remedy }), cause: error })
}

export const whereOf = ({ name }: Subject, { host, vhost }: Site): string => `RabbitMQ ${name} at ${host}, vhost ${shownName(vhost)}`

/** A name as it is, if it is harmless; in quotes otherwise. */
export const shownName = (name: string): string => (/^[\w.:/#*-]{1,80}$/.test(name) ? name : JSON.stringify(name.slice(0, 80)))

interface Said {
  readonly what: string
  readonly remedy?: string
}

interface Rule {
  readonly when: RegExp
  readonly say: (fault: { readonly subject: Subject; readonly site: Site; readonly text: string }) => Said
}

/** What the broker says in brackets: `404 (NOT-FOUND) with message "NOT_FOUND - no queue 'a' in vhost '/'"`. */
const saidByBroker = (text: string): string =>
  (/with message "(?:\w+ - )?(.*)"$/s.exec(text)?.[1] ?? text).replaceAll(/\p{Cc}/gu, (each) => JSON.stringify(each).slice(1, -1))

const again = 'Whoever reads it opens it anew; nothing needs to be done'

// The first that fits says what it is. Texts are those of RabbitMQ 3 and 4, of amqplib 2 and of Node.
const rules: readonly Rule[] = [
  {
    when: /ECONNREFUSED/,
    say: () => ({
      what: 'nothing takes connections there',
      remedy: 'Start the broker, or correct host and port in url: 5672 is usual, and 5671 with TLS',
    }),
  },
  {
    when: /ENOTFOUND|EAI_AGAIN/,
    say: () => ({ what: 'there is no host of that name', remedy: 'Correct it in url' }),
  },
  {
    when: /ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|no answer within/,
    say: ({ text }) => ({
      what: /no answer within \d+ ms/.exec(text)?.[0] ?? 'the host does not answer',
      remedy: 'Look whether the broker hangs, and whether a firewall is in between',
    }),
  },
  {
    when: /WRONG_VERSION_NUMBER|ERR_SSL_PACKET_LENGTH|EPROTO/,
    say: () => ({
      what: 'that port does not speak TLS',
      remedy: 'Write amqp:// for it, or give the port that does, which usually is 5671',
    }),
  },
  {
    when: /ERR_TLS_CERT_ALTNAME_INVALID/,
    say: () => ({
      what: 'its certificate is for another name',
      remedy: 'Write that name in url, or give it as tls: { servername }',
    }),
  },
  {
    when: /CERT|SELF_SIGNED|UNABLE_TO_VERIFY/,
    say: ({ text }) => ({
      what: `its certificate is not trusted (${text.split(' ')[0]})`,
      remedy: 'Give the certificate of the authority that signed it: tls: { ca }',
    }),
  },
  {
    when: /during opening handshake|before secure TLS connection was established/,
    say: () => ({
      what: 'the other side closed the connection before it was open',
      remedy: 'If that port speaks TLS, write amqps://; otherwise look whether a broker is there at all',
    }),
  },
  {
    when: /Frame size|Invalid frame|Expected ConnectionStart/,
    say: () => ({
      what: 'who answers there does not speak AMQP 0-9-1',
      remedy: 'Correct the port in url: 5672 is usual, and 5671 with TLS',
    }),
  },
  {
    when: /Login was refused/,
    say: ({ site }) => ({
      what: `the user ${shownName(site.user)} with this password is refused`,
      remedy:
        'Correct them in url, percent-encoded, or set the password with rabbitmqctl change_password. The user guest is let in from the same machine only',
    }),
  },
  {
    when: /Expected ConnectionOpenOk/,
    say: ({ site }) => ({
      what: `there is no vhost ${shownName(site.vhost)}, or the user ${shownName(site.user)} may not enter it`,
      remedy: `Correct it in url, or create it with rabbitmqctl add_vhost, and let the user in with rabbitmqctl set_permissions -p ${shownName(site.vhost)} ${shownName(site.user)} '' '.*' '.*'`,
    }),
  },
  {
    when: /NOT[_-]FOUND/,
    say: ({ text }) => ({ what: saidByBroker(text), remedy: missing }),
  },
  {
    when: /in exclusive use|RESOURCE[_-]LOCKED/,
    say: ({ text }) => ({ what: saidByBroker(text), remedy: 'Somebody else has it for themselves: end them, or take another queue' }),
  },
  {
    when: /ACCESS[_-]REFUSED/,
    say: ({ text, subject, site }) => ({
      what: saidByBroker(text),
      remedy: `Give the user the right to ${subject.right}: rabbitmqctl set_permissions -p ${shownName(site.vhost)} ${shownName(site.user)} ${
        subject.right === 'read' ? "'' '' '.*'" : "'' '.*' ''"
      }. To create what is missing (declare) takes the right to configure, and to bind a queue both others`,
    }),
  },
  {
    when: /delivery acknowledgement on channel \d+ timed out/,
    say: ({ text }) => ({
      what: saidByBroker(text),
      remedy:
        'What was read could not be appended for that long: see why. A lower prefetch, or a higher consumer_timeout of the broker, gives more time',
    }),
  },
  {
    when: /inequivalent arg/,
    say: ({ text }) => ({ what: saidByBroker(text), remedy: 'It is there, and made otherwise: give declare what it was made with' }),
  },
  {
    when: /larger than/,
    say: ({ text }) => ({ what: saidByBroker(text), remedy: 'Make it smaller, or raise max_message_size of the broker' }),
  },
  {
    when: /CONNECTION[_-]FORCED/,
    say: ({ text }) => ({ what: `the broker closed the connection: ${saidByBroker(text)}`, remedy: again }),
  },
  {
    when: /Heartbeat timeout/,
    say: () => ({ what: 'the broker has been silent for two heartbeats', remedy: 'Look whether it hangs, or the network in between' }),
  },
  {
    when: /Unexpected close|ECONNRESET|EPIPE|AbortError|channel closed/,
    say: () => ({ what: 'the connection is lost', remedy: `${again}, once the broker is there` }),
  },
]

export const missing =
  'Create it, as with rabbitmqadmin declare, or let it be created with declare: true, which takes the right to configure it'
