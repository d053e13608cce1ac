import { createHmac } from 'node:crypto'

/**
 * The headers of Standard Webhooks: who has the secret can tell that it was us who sent this body, when, and that it is no old one
 * sent again by somebody else. With several secrets, each signs: so they can be replaced without a gap.
 */
export function signed(secrets: readonly string[], id: string, seconds: number, body: string): Readonly<Record<string, string>> {
  if (secrets.length === 0) return {}
  const signatures = secrets.map(
    (secret) => `v1,${createHmac('sha256', keyOf(secret)).update(`${id}.${seconds}.${body}`).digest('base64')}`,
  )
  return { 'webhook-id': id, 'webhook-timestamp': String(seconds), 'webhook-signature': signatures.join(' ') }
}

const keyOf = (secret: string): Buffer =>
  secret.startsWith('whsec_') ? Buffer.from(secret.slice('whsec_'.length), 'base64') : Buffer.from(secret)
