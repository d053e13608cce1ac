import type { RedisLook } from '../../platforms/bullmq/index.ts'
import { visible } from '../text.ts'
import { bad, type Finding } from './finding.ts'

type Away = Extract<RedisLook, { readonly status: 'away' }>

interface Cause {
  readonly message: RegExp
  readonly found: (where: string, timeout: number) => string
  readonly remedy: string
}

const password = 'Put it into the address: redis://:password@host:port, or redis://user:password@host:port.'
const another = 'Start it, or name another: --redis URL, or REDIS_URL.'

// In the words of Node, of ioredis and of Redis.
const causes: readonly Cause[] = [
  {
    message: /^not a URL$/,
    found: (where) => `${where}, by REDIS_URL or in the deployment, is not a URL`,
    remedy: 'Write: redis://[user:password@]host[:port][/db], or rediss://…, with / ? # @ : % in a password as %2F %3F %23 %40 %3A %25.',
  },
  { message: /ECONNREFUSED|ENOENT/, found: (where) => `nothing listens at ${where}`, remedy: another },
  {
    message: /ENOTFOUND|EAI_AGAIN/,
    found: (where) => `the name in ${where} is not known`,
    remedy: 'Is it spelt right, and known on this machine?',
  },
  { message: /^(?:NOAUTH|WRONGPASS)/, found: (where) => `${where} wants another password`, remedy: password },
  {
    message: /^DENIED/,
    found: (where) => `${where} takes no connections from other machines (protected mode)`,
    remedy: 'Give Redis a password, or bind it to an address that only your machines reach.',
  },
  {
    message: /max number of clients/,
    found: (where) => `${where} takes no more connections`,
    remedy: 'Raise maxclients, or find out who holds them: redis-cli client list.',
  },
  { message: /RESP type|Protocol error/, found: (where) => `what answers at ${where} is no Redis`, remedy: another },
  {
    message: /certificate required/i,
    found: (where) => `${where} asks for a certificate of this client`,
    remedy: "Give it one: tls: { cert, key } in the deployment's redis.",
  },
  {
    message: /wrong version number|packet length too long/,
    found: (where) => `${where} does not speak TLS`,
    remedy: 'Without, its address begins with redis://.',
  },
  {
    message: /certificate|self-signed|altname/i,
    found: (where) => `the certificate of ${where} is not trusted`,
    remedy: "Name its authority: NODE_EXTRA_CA_CERTS=ca.pem, or tls: { ca } in the deployment's redis.",
  },
]

/** Why there is no Redis to be examined. */
export function awayFinding({ where, reason, encrypted }: Away, timeout: number): Finding {
  const why = 'Without it nothing is sent, counted or read.'
  const cause = causes.find(({ message }) => message.test(reason))
  if (cause !== undefined) return bad('redis', { found: cause.found(where, timeout), why, remedy: cause.remedy })
  const tls = encrypted
    ? 'Does it speak TLS? Without, its address begins with redis://.'
    : 'Does it want TLS? Then its address begins with rediss://.'
  if (/ETIMEDOUT|timed out/.test(reason)) {
    return bad('redis', {
      found: `${where} does not answer within ${timeout} ms`,
      why,
      remedy: `Is it there, and does a firewall let you through? ${tls}`,
    })
  }
  if (/EPIPE|ECONNRESET|closed/.test(reason)) {
    const certificate = "Or does it ask for a certificate of this client? tls: { cert, key } in the deployment's redis."
    return bad('redis', { found: `${where} ends the connection at once`, why, remedy: encrypted ? `${tls} ${certificate}` : tls })
  }
  return bad('redis', { found: `what answers at ${where} cannot be used: ${visible(reason)}`, why, remedy: 'Is it a Redis?' })
}
